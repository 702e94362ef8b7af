import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { Socket } from 'node:net';
import { getPriority, setPriority } from 'node:os';
import { checkAnswer, readReady } from './answers';
import { type Frame, MAX_ANSWER_BYTES, readFrames, writeFrame } from './frames';
import { packJob, type Verdict } from './messages';
import { readProcessUse } from './process-use';
import type { ImageLimits } from '../../../src/contract';
import type { ImageJob } from '../pipeline/job';

export interface DecoderLimits extends Pick<ImageLimits, 'decodeSeconds' | 'decodeMemoryMiB'> {
  /** Wall-clock time. `decodeSeconds` limits CPU time, since waiting for a processor says nothing about an image. */
  readonly decodeWallSeconds: number;
}

/**
 * Why a child has not answered. `cpu` and `memory`: it used more than its limit. `time`: it took too long by the clock,
 * perhaps because other processes kept it waiting.
 */
export type Death = 'cpu' | 'time' | 'memory' | 'crash';

/** Node and its libraries have this much data before they decode anything, with room to spare. */
const DATA_HEADROOM_MIB = 512;
const WATCH_MILLISECONDS = 20;
const START_MILLISECONDS = 15_000;
const SHELL = '/bin/sh';
/** Decoders give way to the process that answers requests and writes to the table. */
const NICER_BY = 10;
const LOWEST_PRIORITY = 19;

/**
 * Options of Node. Decoders request collections themselves. Otherwise V8's young generation grows by 14 MiB within
 * a hundred images (`npm run benchmark -- imaging`, P5).
 */
export const DECODER_OPTIONS = ['--expose-gc', '--max-semi-space-size=1'];

/** A process that decodes one image at a time, and that is killed rather than asked to stop. */
export class DecoderProcess {
  done = 0;
  private readonly child: ChildProcess;
  private readonly channel: Socket;
  private stderr = '';
  private death?: Death;
  private receive?: (frame: Frame) => void;
  private die?: (death: Death) => void;

  /** `script` is the built `child.ts`. */
  constructor(script: string, private readonly limits: DecoderLimits, private readonly onEnd: () => void) {
    const [command, ...args] = buildCommand(script, limits);
    this.child = spawn(command, args, { env: buildDecoderEnvironment(), stdio: ['ignore', 'ignore', 'pipe', 'pipe'] });
    lowerPriority(this.child);
    this.channel = this.child.stdio[3] as Socket;
    this.channel.on('error', () => this.kill('crash'));
    readFrames(this.channel, MAX_ANSWER_BYTES, frame => this.handleFrame(frame), () => this.kill('crash'));
    this.child.stderr!.on('data', (chunk: Buffer) => { this.stderr = (this.stderr + chunk.toString()).slice(-2000); });
    this.child.on('error', error => this.handleEnd(error.message));
    this.child.on('close', () => this.handleEnd());
    // An idle child keeps nobody running; while it works, the timers do.
    for (const idle of [this.child, this.channel, this.child.stderr as Socket]) idle.unref();
  }

  get alive(): boolean {
    return this.death === undefined && this.child.exitCode === null && this.child.signalCode === null
      && this.child.pid !== undefined;
  }

  /** Throws if the child cannot start: that says nothing about an image. */
  async start(): Promise<{ readonly isClosed: boolean }> {
    const answer = await this.awaitAnswer(START_MILLISECONDS, () => undefined, readReady);
    if (typeof answer !== 'string') return answer;
    throw new Error(`The decoder did not start (${answer}): ${this.stderr.trim()}`);
  }

  async decode(job: ImageJob): Promise<Verdict | Death> {
    const before = readProcessUse(this.child.pid!)?.cpuSeconds;
    const watch = setInterval(() => this.checkUse(before), WATCH_MILLISECONDS);
    // Where nothing tells how long it works, the clock does.
    const { decodeSeconds, decodeWallSeconds } = this.limits;
    try {
      const longest = 1000 * (before === undefined ? decodeSeconds : decodeWallSeconds);
      return await this.awaitAnswer(
        longest, () => writeFrame(this.channel, packJob(job)), frame => checkAnswer(job, frame),
      );
    } finally {
      clearInterval(watch);
      this.done++;
    }
  }

  kill(death: Death): void {
    this.death ??= death;
    this.child.kill('SIGKILL');
  }

  /** `read` parses a frame; undefined for an unexpected frame, which ends the child. */
  private async awaitAnswer<T>(
    milliseconds: number, begin: () => void, read: (frame: Frame) => T | undefined,
  ): Promise<T | Death> {
    const timer = setTimeout(() => this.kill('time'), milliseconds);
    try {
      return await new Promise<T | Death>(resolve => {
        this.die = resolve;
        this.receive = frame => {
          const answer = read(frame);
          if (answer === undefined) this.kill('crash');
          else resolve(answer);
        };
        if (!this.alive) resolve(this.death ?? 'crash');
        else begin();
      });
    } finally {
      clearTimeout(timer);
      this.die = this.receive = undefined;
    }
  }

  /** Treats an unsolicited frame as a failed decoder. */
  private handleFrame(frame: Frame): void {
    if (this.receive) this.receive(frame);
    else this.kill('crash');
  }

  private handleEnd(reason = ''): void {
    this.stderr += reason;
    this.die?.(this.death ?? 'crash');
    this.onEnd();
  }

  private checkUse(secondsBefore = 0): void {
    const use = readProcessUse(this.child.pid!);
    if (use === undefined) return;
    if (use.residentMiB > this.limits.decodeMemoryMiB) this.kill('memory');
    if (use.cpuSeconds - secondsBefore > this.limits.decodeSeconds) this.kill('cpu');
  }
}

/** A child that could not be started has no process id. */
function lowerPriority({ pid }: ChildProcess): void {
  if (pid !== undefined) setPriority(pid, Math.min(LOWEST_PRIORITY, getPriority() + NICER_BY));
}

/**
 * The shell limits data, so that a single large allocation fails. It also limits CPU time, in case the parent is gone
 * and cannot kill the child.
 */
function buildCommand(script: string, { decodeSeconds, decodeMemoryMiB }: DecoderLimits): string[] {
  const node = [process.execPath, ...DECODER_OPTIONS, script];
  if (!existsSync(SHELL)) return node;
  const data = (decodeMemoryMiB + DATA_HEADROOM_MIB) * 1024;
  return [
    SHELL, '-c',
    `ulimit -d ${Math.ceil(data)} 2>/dev/null; ulimit -t ${Math.ceil(decodeSeconds * 400)} 2>/dev/null; exec "$@"`,
    SHELL, ...node,
  ];
}

/**
 * Passes no variable of the worker, above all no credentials. Code that takes over the child runs as our user:
 * `enterSandbox` keeps it from reading our environment in /proc (decisions/0014).
 * libvips decodes more than 100 MB of pixels into a file, which the sandbox forbids. `VIPS_DISC_THRESHOLD` keeps them
 * in memory, where the memory limit applies. With one arena, trimmed often, the allocator returns memory to the system.
 */
export function buildDecoderEnvironment(): NodeJS.ProcessEnv {
  const { LD_LIBRARY_PATH } = process.env;
  return {
    MALLOC_ARENA_MAX: '1',
    MALLOC_TRIM_THRESHOLD_: '131072',
    VIPS_DISC_THRESHOLD: '4g',
    ...LD_LIBRARY_PATH && { LD_LIBRARY_PATH },
  };
}
