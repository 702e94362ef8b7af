import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Child, startChild } from './child';
import { formatClamdConfig } from './clamd-config';
import { scanStream, ping } from './instream';
import { ServiceError } from '../domain/errors';

/** Loading millions of signatures takes tens of seconds; a clamd that does not answer by then has failed. */
const START_MS = 180_000;
const PING_EVERY_MS = 200;
const PING_MS = 5000;

/** Preloaded into clamd: it separates clamd from other processes, other programs and the network (decisions/0014). */
const SANDBOX = join(__dirname, `sandbox-${process.arch}.node`);

function preload(library: string): NodeJS.ProcessEnv {
  return existsSync(library) ? { LD_PRELOAD: library } : {};
}

export interface ClamdOptions {
  /** Not shared: emptied at the start. */
  readonly folder: string;
  readonly database: string;
  readonly maxBytes: number;
  /** The library of its sandbox; by default the one beside the script. */
  readonly sandbox?: string;
}

/** A clamd of our own. It is killed rather than stopped: it has no state to lose. */
export class Clamd {
  /** Starts one; `ready` tells when it answers. */
  static async start({ folder, sandbox = SANDBOX, ...settings }: ClamdOptions): Promise<Clamd> {
    await rm(folder, { recursive: true, force: true });
    const temporary = join(folder, 'temporary');
    await mkdir(temporary, { recursive: true });
    // A socket's path has at most 107 characters (unix(7)).
    const socket = join(folder, 'clamd.sock');
    const config = join(folder, 'clamd.conf');
    await writeFile(config, formatClamdConfig({ socket, temporary, ...settings }));
    return new Clamd(startChild('clamd', ['--config-file', config], preload(sandbox)), socket);
  }

  /** Rejects if it ends, or does not answer in time; then it is killed. */
  readonly ready: Promise<void>;

  private constructor(private readonly child: Child, private readonly socket: string) {
    this.ready = this.waitForAnswer();
    // Callers that await it receive the error.
    this.ready.catch(() => undefined);
  }

  get isAlive(): boolean {
    return !this.child.hasEnded();
  }

  /**
   * clamd's reply to a stream of that size. If clamd exceeds the time, or no longer responds after an error, it is
   * killed.
   */
  async scan(bytes: Readable, size: number, milliseconds: number): Promise<string> {
    const signal = AbortSignal.timeout(milliseconds);
    try {
      return await scanStream(this.socket, bytes, size, signal);
    } catch (error) {
      if (signal.aborted || !await this.isResponding()) this.kill();
      throw new ServiceError(
        // Its output can name files within the original.
        'clamd returned no verdict', { cause: error },
      );
    }
  }

  kill(): void {
    this.child.process.kill('SIGKILL');
  }

  private async isResponding(): Promise<boolean> {
    return !this.child.hasEnded() && ping(this.socket, AbortSignal.timeout(PING_MS)).catch(() => false);
  }

  private async waitForAnswer(): Promise<void> {
    for (const end = performance.now() + START_MS; performance.now() < end; await sleep(PING_EVERY_MS)) {
      if (this.child.hasEnded()) throw new ServiceError(`${await this.child.ended}: ${this.child.output()}`);
      if (await this.isResponding()) return;
    }
    this.kill();
    throw new ServiceError(`clamd did not answer within ${START_MS / 1000} seconds: ${this.child.output()}`);
  }
}
