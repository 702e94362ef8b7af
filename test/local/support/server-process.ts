import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const ROOT = join(__dirname, '..', '..', '..');

/**
 * Runs `npm start -- …`, or another command of `local/`. It runs without npm, so that signals reach the command. It
 * uses only the given emulator.
 */
export class ServerProcess {
  readonly child: ChildProcess;
  readonly exited: Promise<number | null>;
  output = '';

  constructor(args: readonly string[], environment: NodeJS.ProcessEnv = {}, command = 'main.ts') {
    const env: NodeJS.ProcessEnv = { ...process.env, AWS_ENDPOINT_URL: undefined, ...environment };
    this.child = spawn(process.execPath, ['--import', 'tsx', join(ROOT, 'local', command), ...args], {
      cwd: ROOT,
      env,
    });
    for (const stream of [this.child.stdout!, this.child.stderr!]) {
      stream.on('data', (chunk: Buffer) => { this.output += chunk.toString(); });
    }
    this.exited = once(this.child, 'close').then(([code]) => code as number | null);
  }

  /** The server's address, after the server has printed it. */
  async url(): Promise<string> {
    const found = (): string | undefined => /listens on (http:\/\/\S+)/.exec(this.output)?.[1];
    while (!found() || !this.output.includes('Ctrl-C')) {
      const over = await Promise.race([
        once(this.child.stdout!, 'data').then(() => false), this.exited.then(() => true),
      ]);
      if (over) throw new Error(`the server ended before it listened: ${this.output}`);
    }
    return found()!;
  }

  async end(signal: NodeJS.Signals): Promise<number | null> {
    this.child.kill(signal);
    return this.exited;
  }
}
