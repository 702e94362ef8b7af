import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { EventDetail } from '../../src/contract';

export interface ReceivedEvent {
  readonly 'detail-type': string;
  readonly 'source': string;
  readonly 'resources': readonly string[];
  readonly 'detail': EventDetail;
}

/** A target of events on a port of this machine. */
export class Webhook {
  static async start(): Promise<Webhook> {
    const server = createServer();
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    return new Webhook(server);
  }

  readonly received: ReceivedEvent[] = [];
  /** Answers of the next requests; 204 after them. */
  readonly answers: number[] = [];

  private constructor(private readonly server: Server) {
    server.on('request', (request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => { body += chunk.toString(); }).on('end', () => {
        const status = this.answers.shift() ?? 204;
        if (status < 300) this.received.push(JSON.parse(body) as ReceivedEvent);
        response.writeHead(status).end();
      });
    });
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/events?key=secret`;
  }

  get details(): EventDetail[] {
    return this.received.map(({ detail }) => detail);
  }

  async close(): Promise<void> {
    await new Promise(resolve => { this.server.close(resolve).closeAllConnections(); });
  }
}
