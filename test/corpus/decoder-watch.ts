import { readdirSync, readFileSync } from 'node:fs';

const INTERVAL_MS = 25;

/** Watches a server's decoders from outside: their number, and the largest memory of one. */
export class DecoderWatch {
  readonly pids = new Set<number>();
  peakMiB = 0;
  private readonly timer = setInterval(() => this.look(), INTERVAL_MS);

  constructor(private readonly server: number) {}

  stop(): void {
    clearInterval(this.timer);
  }

  private look(): void {
    for (const pid of listChildren(this.server)) {
      if (!read(pid, 'cmdline').includes('decoder.js')) continue;
      this.pids.add(pid);
      this.peakMiB = Math.max(this.peakMiB, Number(/VmHWM:\s+(\d+) kB/.exec(read(pid, 'status'))?.[1] ?? 0) / 1024);
    }
  }
}

/** Empty without /proc. */
function listChildren(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap(
      task => readFileSync(`/proc/${pid}/task/${task}/children`, 'latin1').split(' ').filter(Boolean).map(Number),
    );
  } catch {
    return [];
  }
}

/** A process may have ended meanwhile. */
function read(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'latin1');
  } catch {
    return '';
  }
}
