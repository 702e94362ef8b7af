import { createPrivateKey, createPublicKey } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { newKey } from '../http/support/signing';

interface Answer {
  readonly Status: string;
  readonly PhysicalResourceId: string;
  readonly Reason?: string;
  readonly Data?: { readonly PublicKey: string };
}

/** The parts of Secrets Manager and of CloudFormation's bucket that the handler uses. */
let server: Server;
let url: string;
let secret: string | undefined;
let tokens: string[];
let answers: (Answer & { readonly contentType: unknown })[];
let bucketRefuses: number;
let refusal: string | undefined;
let denials: number;

beforeAll(async () => {
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = JSON.parse(Buffer.concat(chunks).toString());
    if (request.method === 'PUT') {
      if (bucketRefuses-- > 0) return response.writeHead(503).end();
      answers.push({ ...body, contentType: request.headers['content-type'] });
      return response.end();
    }
    const fail = (type: string) => response.writeHead(400, { 'content-type': 'application/x-amz-json-1.1' }).end(
      JSON.stringify({ __type: type, message: `${secret}` }),
    );
    if (refusal) return fail(refusal);
    if (denials-- > 0) return fail('AccessDeniedException');
    if (request.headers['x-amz-target'] === 'secretsmanager.GetSecretValue') {
      return secret === undefined
        ? fail('ResourceNotFoundException')
        : response.end(JSON.stringify({ SecretString: secret }));
    }
    tokens.push(body.ClientRequestToken);
    secret = body.SecretString;
    return response.end('{}');
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  Object.assign(process.env, {
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'a',
    AWS_SECRET_ACCESS_KEY: 'b',
    AWS_ENDPOINT_URL_SECRETS_MANAGER: url,
    POWERTOOLS_LOG_LEVEL: 'SILENT',
  });
});
afterAll(() => { server.close().closeAllConnections(); });
beforeEach(() => [secret, tokens, answers, bucketRefuses, refusal, denials] = [undefined, [], [], 0, undefined, 0]);

async function ask(
  RequestType: 'Create' | 'Update' | 'Delete', properties: object = { SecretId: 'the-secret' },
): Promise<Answer> {
  const { handler } = await import('../../../lambda/keys.lambda');
  const known = RequestType === 'Create' ? {} : { PhysicalResourceId: 'the-secret' };
  await handler({
    RequestType,
    RequestId: 'r1',
    StackId: 's1',
    LogicalResourceId: 'Key1',
    ResponseURL: `${url}/answer`,
    ResourceProperties: properties,
    ...known,
  } as never);
  return answers[0];
}

const publicHalf = (pem: string) => createPublicKey(createPrivateKey(pem)).export({ type: 'spki', format: 'pem' });

test.each([['has no value', undefined], ['has a password that was made up', 'hunter2']])(
  'a new secret that %s gets a key, and CloudFormation its public half', async (_, held) => {
    secret = held;
    const answer = await ask('Create');
    expect(createPrivateKey(secret!).asymmetricKeyDetails).toEqual({ namedCurve: 'prime256v1' });
    expect(answer).toEqual({
      Status: 'SUCCESS',
      PhysicalResourceId: 'the-secret',
      StackId: 's1',
      RequestId: 'r1',
      LogicalResourceId: 'Key1',
      Data: { PublicKey: publicHalf(secret!) },
      contentType: '',
    });
    expect(JSON.stringify(answer)).not.toContain('PRIVATE');
    expect(tokens[0]).toMatch(/^[\w-]{32,64}$/);
  },
);

test.each(['Create', 'Update'] as const)('%s keeps the key that a secret has', async type => {
  secret = newKey();
  const held = secret;
  expect((await ask(type)).Data).toEqual({ PublicKey: publicHalf(held) });
  expect([secret, tokens]).toEqual([held, []]);
});

test('a deletion touches nothing', async () => {
  refusal = 'InternalServiceError';
  expect(await ask('Delete')).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'the-secret' });
});

test('a failure is reported without its details', async () => {
  [secret, refusal] = [newKey(), 'InvalidRequestException'];
  const { Status, Reason } = await ask('Create');
  expect([Status, Reason]).toEqual([
    'FAILED', 'The signing key could not be provided (InvalidRequestException): see the log of the function.',
  ]);
});

test('waits for a permission that takes effect a moment after it was granted', async () => {
  denials = 2;
  expect(await ask('Create')).toMatchObject({
    Status: 'SUCCESS',
    Data: { PublicKey: expect.stringContaining('PUBLIC KEY') },
  });
  expect(tokens).toHaveLength(1);
});

test('a request without a secret fails', async () => {
  expect(await ask('Create', {})).toMatchObject({ Status: 'FAILED', PhysicalResourceId: 'Key1' });
});

test('an answer that does not arrive is sent again to CloudFormation', async () => {
  bucketRefuses = 2;
  expect((await ask('Create')).Status).toBe('SUCCESS');
});
