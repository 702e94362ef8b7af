import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { distribution } from '../../../lambda/aws/distribution';

let server: Server;
let code: string | undefined;

beforeAll(async () => {
  server = createServer((request, response) => {
    request.resume();
    if (code === undefined) response.writeHead(201).end('<Invalidation><Id>I1</Id></Invalidation>');
    else response.writeHead(400).end(`<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>no</Message></Error></ErrorResponse>`);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  Object.assign(process.env, {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'a',
    AWS_SECRET_ACCESS_KEY: 'b',
    AWS_ENDPOINT_URL_CLOUDFRONT: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  });
});
afterAll(() => { server.close().closeAllConnections(); });

const invalidate = async (): Promise<boolean> => distribution('E1').invalidate(['/_/alice/*']);

test('what CloudFront accepts is accepted', async () => {
  code = undefined;
  expect(await invalidate()).toBe(true);
});

test.each(['TooManyInvalidationsInProgress', 'Throttling', 'ThrottlingException'])('%s means later', async name => {
  code = name;
  expect(await invalidate()).toBe(false);
});

test('any other refusal is an error', async () => {
  code = 'InvalidArgument';
  await expect(invalidate()).rejects.toThrow('no');
});
