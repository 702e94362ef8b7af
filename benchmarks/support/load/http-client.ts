import { Agent, type IncomingMessage, request } from 'node:http';

export interface Answer {
  readonly status: number;
  readonly body: string;
}

export interface Call {
  readonly method: string;
  readonly headers?: Record<string, string>;
  readonly body?: string | Buffer;
}

/** Keeps connections open and works as little as possible: client and server share the machine. */
export class HttpClient {
  private readonly agent = new Agent({ keepAlive: true });

  async send(url: string, { method, headers, body }: Call): Promise<Answer> {
    const message = await new Promise<IncomingMessage>((resolve, reject) => {
      const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };
      request(url, { agent: this.agent, method, headers: { ...headers, ...length } }, resolve).on('error', reject).end(
        body,
      );
    });
    const chunks: Buffer[] = [];
    for await (const chunk of message) chunks.push(chunk as Buffer);
    return { status: message.statusCode!, body: Buffer.concat(chunks).toString() };
  }

  close(): void {
    this.agent.destroy();
  }
}
