import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

export interface Ask {
  /** A function of the service, or the path of a peer's bundle. */
  readonly name: string;
  readonly event: unknown;
}

export interface Invoked {
  readonly result: unknown;
  /** CPU of the function and of its decoders, without that of the engines. */
  readonly cpuMs: number;
  readonly logBytes: number;
  readonly logEvents: number;
}

export type Answer = { readonly invoked: Invoked } | { readonly error: string };

/** The functions in a process of their own, so that their CPU is not that of the engines. One call at a time. */
export class Functions {
  static async start(environment: Readonly<Record<string, string>>): Promise<Functions> {
    const { PATH = '', HOME = '' } = process.env;
    const child = fork(join(__dirname, 'functions-process.ts'), {
      execArgv: ['--import', 'tsx'],
      env: { PATH, HOME, ...environment },
    });
    await once(child, 'message');
    return new Functions(child);
  }

  private constructor(private readonly child: ChildProcess) {}

  async invoke(name: string, event: unknown): Promise<Invoked> {
    const ended = new AbortController();
    const answer = once(this.child, 'message', ended) as Promise<[Answer]>;
    const exit = once(this.child, 'exit', ended).then(([code]) => { throw new Error(`the functions ended with ${code}`); });
    this.child.send({ name, event } satisfies Ask);
    try {
      const [result] = await Promise.race([answer, exit]) as [Answer];
      if ('error' in result) throw new Error(`${name} failed: ${result.error}`);
      return result.invoked;
    } finally {
      ended.abort();
      answer.catch(() => undefined);
      exit.catch(() => undefined);
    }
  }

  async stop(): Promise<void> {
    const exit = once(this.child, 'exit');
    this.child.disconnect();
    await exit;
  }
}
