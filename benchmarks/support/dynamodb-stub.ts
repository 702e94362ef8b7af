import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface DynamoDbStub {
  readonly endpoint: string;
  close(): void;
}

/** Answers every request as DynamoDB answers a PutItem: the network cost is part of a first request on all sides. */
export async function startDynamoDbStub(): Promise<DynamoDbStub> {
  const server = createServer((request, response) => {
    request.resume().on(
      'end', () => response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' }).end('{}'),
    );
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => server.close().closeAllConnections(),
  };
}
