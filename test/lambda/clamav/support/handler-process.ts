import { fork, type ChildProcess } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Call, Reply } from './handler-child';
import { bundleHandlers } from '../../../../local/bundle';
import { ROOT } from '../../../conventions/compiled';

export type Environment = Readonly<Record<string, string>>;

/**
 * A built handler in a process with its own environment and temporary folder. Closing it ends all processes that it
 * started.
 */
export class HandlerProcess {
  static async open(name: string, env: Environment): Promise<HandlerProcess> {
    await bundleHandlers();
    return new HandlerProcess(join(ROOT, 'assets', name, 'index.js'), env);
  }

  /** Waits until a process has ended. */
  static async gone(pid: number): Promise<void> {
    for (;;) {
      try {
        // A zombie has ended, too.
        if (/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))) return;
      } catch {
        return;
      }
      await sleep(20);
    }
  }

  readonly folder = mkdtempSync(join(tmpdir(), 'handler-'));
  log = '';
  private readonly child: ChildProcess;
  private readonly waiting = new Map<number, (reply: Reply) => void>();
  private calls = 0;

  private constructor(bundle: string, env: Environment) {
    chmodSync(this.folder, 0o755);
    this.child = fork(join(__dirname, 'handler-child.ts'), [bundle], {
      execArgv: ['--import', 'tsx'],
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: {
        PATH: process.env.PATH,
        TMPDIR: this.folder,
        AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
        ...env,
      },
    });
    for (const stream of [this.child.stdout!, this.child.stderr!]) {
      stream.on('data', (chunk: Buffer) => { this.log += chunk.toString(); });
    }
    this.child.on('message', (reply: Reply) => this.waiting.get(reply.id)?.(reply));
    this.child.on(
      'exit',
      code => this.waiting.forEach(
        (answer, id) => answer({ id, error: `the process ended with ${code}: ${this.log}` }),
      ),
    );
  }

  async invoke<T>(event: unknown, remainingMs = 90_000): Promise<T> {
    const call: Call = { id: this.calls++, event, remainingMs };
    const reply = new Promise<Reply>(resolve => this.waiting.set(call.id, resolve));
    this.child.send(call);
    const { answer, error } = await reply;
    this.waiting.delete(call.id);
    if (error !== undefined) throw new Error(error);
    return answer as T;
  }

  /** The process that runs clamd; undefined if there is none. */
  clamd(): number | undefined {
    const children = readFileSync(`/proc/${this.child.pid}/task/${this.child.pid}/children`, 'utf8')
      .trim()
      .split(' ')
      .filter(Boolean)
      .map(Number);
    return children.find(pid => readFileSync(`/proc/${pid}/comm`, 'utf8').trim() === 'clamd');
  }

  close(): void {
    // The whole process group, which includes clamd.
    if (this.child.exitCode === null && this.child.signalCode === null) process.kill(-this.child.pid!, 'SIGKILL');
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Lines in CloudWatch's embedded metric format. */
export function metricsIn(log: string): Record<string, unknown>[] {
  return log.split('\n').filter(line => line.startsWith('{') && line.includes('"_aws"')).map(
    line => JSON.parse(line) as Record<string, unknown>,
  );
}
