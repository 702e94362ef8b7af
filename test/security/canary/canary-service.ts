import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from './service-process';
import type { WireResponse } from '../../environments/environment';
import { closeConnections, exchange } from '../../environments/http';
import { CANARIES } from '../../support/canaries';
import { CapturedLogs } from '../../support/captured-logs';

/** Headers of a careless client and of the proxies before it: each holds a canary. */
const HEADERS: readonly (readonly [string, string])[] = [
  ['x-user-id', CANARIES.userId],
  ['authorization', `Bearer ${CANARIES.token}`],
  ['cookie', `session=${CANARIES.token}`],
  ['user-agent', CANARIES.userAgent],
  ['x-forwarded-for', CANARIES.forwarded],
  ['x-forwarded-host', CANARIES.forwarded],
  ['if-none-match', `"${CANARIES.etag}"`],
  ['x-amzn-requestid', CANARIES.token],
];

export interface Asked {
  readonly json?: unknown;
  readonly body?: string | Buffer;
  readonly headers?: readonly (readonly [string, string])[];
}

/** The local server in a process of its own, and all that its functions write. */
export class CanaryService {
  static async start(): Promise<CanaryService> {
    const folder = await mkdtemp(join(tmpdir(), 'canary-'));
    const child = fork(join(__dirname, 'service-process.ts'), [folder], {
      execArgv: ['--import', 'tsx'],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    const early = once(child, 'exit').then(([code]) => { throw new Error(`the service ended with code ${code}`); });
    const [url] = await Promise.race([once(child, 'message'), early]) as [string];
    return new CanaryService(folder, child, url);
  }

  readonly logs = new CapturedLogs();
  private constructor(
    private readonly folder: string, private readonly child: ChildProcess, private readonly url: string,
  ) {
    for (const stream of [child.stdout!, child.stderr!]) {
      stream.on('data', (chunk: Buffer) => this.logs.add(chunk));
    }
  }

  async order(command: Command): Promise<void> {
    this.child.send(command);
    await once(this.child, 'message');
  }

  /** Sends a request with all canary headers. */
  async ask(method: string, target: string, { json, body, headers = [] }: Asked = {}): Promise<WireResponse> {
    const payload = json === undefined ? body : JSON.stringify(json);
    return exchange(this.url, {
      method,
      target,
      headers: [...HEADERS, ...json === undefined ? [] : [['content-type', 'application/json'] as const], ...headers],
      body: payload === undefined ? undefined : Buffer.from(payload),
    });
  }

  async askJson(method: string, target: string, asked?: Asked): Promise<any> {
    return JSON.parse((await this.ask(method, target, asked)).body.toString());
  }

  async operate(request: object): Promise<any> {
    const headers = [['authorization', `AWS4-HMAC-SHA256 ${CANARIES.token}`] as const];
    const target = '/2015-03-31/functions/operator/invocations';
    const { body } = await exchange(this.url, {
      method: 'POST', target, headers, body: Buffer.from(JSON.stringify(request)),
    });
    return JSON.parse(body.toString());
  }

  /** Waits until the log has a line with this message and these facts. */
  async waitForLine(message: string, facts: object): Promise<void> {
    const isWanted = (line: object) => Object.entries(facts).every(
      ([name, value]) => (line as Record<string, unknown>)[name] === value,
    );
    for (const end = Date.now() + 60_000; !this.logs.withMessage(message).some(isWanted);) {
      if (Date.now() > end) throw new Error(`no line "${message}" with ${JSON.stringify(facts)}`);
      await new Promise(resolve => setTimeout(resolve, 50));
    }
  }

  async stop(): Promise<void> {
    closeConnections();
    const exit = once(this.child, 'close');
    this.child.kill('SIGKILL');
    await exit;
    await rm(this.folder, { recursive: true });
  }
}
