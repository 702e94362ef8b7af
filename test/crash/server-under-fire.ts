import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '../support/free-port';

const ROOT = join(__dirname, '..', '..');
const POLL_MS = 10;
const PATIENCE_MS = 30_000;

/** The local server as a user starts it, in a process of its own that is killed without warning. */
export class ServerUnderFire {
  /** The port stays across restarts, so that upload URLs remain valid. */
  static async prepare(dataDir: string, options: readonly string[] = []): Promise<ServerUnderFire> {
    return new ServerUnderFire(dataDir, await freePort(), options);
  }

  private child?: ChildProcess;
  private output = '';

  private constructor(
    private readonly dataDir: string, private readonly port: number, private readonly options: readonly string[],
  ) {}

  get url(): string {
    return `http://localhost:${this.port}`;
  }

  /** Milliseconds from the start of the process to its first answer. */
  async start(): Promise<number> {
    const began = performance.now();
    const args = [
      '--import', 'tsx', 'local/main.ts', '--port', String(this.port), '--data', this.dataDir, '--sweep-interval', '1',
      ...this.options,
    ];
    const child = spawn(process.execPath, args, {
      cwd: ROOT,
      env: { ...process.env, AWS_ENDPOINT_URL: undefined },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child = child;
    this.output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (text: Buffer) => { this.output += text.toString(); });
    }
    while (!await this.answers()) {
      if (child.exitCode !== null || performance.now() - began > PATIENCE_MS) {
        throw new Error(`the server does not start:\n${this.output}`);
      }
      await pause(POLL_MS);
    }
    return performance.now() - began;
  }

  /** Kills the process as abruptly as a power cut. */
  async kill(): Promise<void> {
    const { child } = this;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) {
      throw new Error(`the server ended by itself:\n${this.output}`);
    }
    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    await exit;
    this.child = undefined;
  }

  /** Leaves no process behind, even after a failure. */
  async dispose(): Promise<void> {
    if (this.child !== undefined && this.child.exitCode === null && this.child.signalCode === null) await this.kill();
  }

  private async answers(): Promise<boolean> {
    return fetch(`${this.url}/health`).then(response => response.ok, () => false);
  }
}
