import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Variables } from './dockerfile';
import type { Image } from './hand-builder';

export interface ContainerOptions {
  readonly env: Variables;
  /** Replaces the image's own. */
  readonly command?: readonly string[];
  /** The server's local address. It must not be reachable from outside, and the usual port may be taken. */
  readonly port: number;
  readonly nodeBin: string;
  readonly write: (text: string | Uint8Array) => void;
}

/** The dev stage builds the handlers first: 9 s alone, and over a minute beside the other steps of `.ci/run`. */
const PATIENCE_MS = 180_000;
const STOP_MS = 10_000;

/**
 * A process that runs an image's command in the image's environment only. It runs as the image's user if we may choose
 * one.
 */
export class Container {
  private readonly child: ChildProcess;
  private readonly exited: Promise<number | null>;
  output = '';

  constructor(private readonly image: Image, private readonly options: ContainerOptions) {
    this.child = this.spawn(options.command ?? image.cmd, ['--host', '127.0.0.1', '--port', `${options.port}`]);
    for (const stream of [this.child.stdout!, this.child.stderr!]) {
      stream.on('data', (chunk: Buffer) => {
        this.output += chunk.toString();
        options.write(chunk);
      });
    }
    // Also when the check is interrupted.
    process.once('exit', () => this.child.kill('SIGKILL'));
    this.exited = once(this.child, 'close').then(([code]) => code as number | null);
  }

  get url(): string {
    return `http://127.0.0.1:${this.options.port}`;
  }

  /** Waits until the image's own health check succeeds. */
  async healthy(): Promise<void> {
    for (const until = performance.now() + PATIENCE_MS; performance.now() < until; await sleep(250)) {
      const waitForExit = this.child.signalCode ?? this.child.exitCode;
      if (waitForExit !== null) throw new Error(`it ended with ${waitForExit} before it was healthy`);
      if (await this.runHealthcheck() === 0) return;
    }
    throw new Error(`it was not healthy within ${PATIENCE_MS / 1000} s`);
  }

  /** The exit code of the image's health check. */
  async runHealthcheck(): Promise<number | null> {
    const check = this.spawn(
      this.image.healthcheck.map(word => word.replace('127.0.0.1:8080', `127.0.0.1:${this.options.port}`)), [],
    );
    const [code] = await once(check, 'close') as [number | null];
    return code;
  }

  /** Like `docker stop`: SIGTERM, and ten seconds later SIGKILL. */
  async stop(): Promise<number | null> {
    this.child.kill('SIGTERM');
    const kill = setTimeout(() => this.child.kill('SIGKILL'), STOP_MS);
    return this.exited.finally(() => clearTimeout(kill));
  }

  async waitForExit(): Promise<number | null> {
    return this.exited;
  }

  private spawn([command, ...args]: readonly string[], extra: readonly string[]): ChildProcess {
    const { root, workdir, env, user } = this.image;
    const [uid, gid] = user.split(':').map(Number);
    return spawn(command, [...args, ...extra], {
      cwd: join(root, workdir),
      env: { PATH: `${this.options.nodeBin}:/usr/bin:/bin`, ...env, ...this.options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(process.getuid?.() === 0 && uid > 0 && { uid, gid }),
    });
  }
}
