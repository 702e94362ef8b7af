import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * Answers as an AWS service for all tests of a file. The SDK's clients find it by its endpoint; the credentials are
 * fake.
 */
export function stubService(service: 'CLOUDFRONT' | 'EVENTBRIDGE' | 'LAMBDA' | 'S3' | 'SQS', answer: RequestListener): void {
  let server: Server;

  beforeAll(async () => {
    server = createServer(answer);
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    Object.assign(process.env, {
      AWS_REGION: 'eu-central-1',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      [`AWS_ENDPOINT_URL_${service}`]: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    });
  });

  afterAll(async () => new Promise(resolve => { server.close(resolve).closeAllConnections(); }));
}
