import type { APIGatewayAuthorizerResult, APIGatewayProxyEvent, APIGatewayRequestAuthorizerEvent } from 'aws-lambda';
import { createAuthorizer, type AuthorizerHandler } from '../../../local/server/authorizer';

const FACTS = { user_id: 'alice', trusted: false, exp: 1_800_000_000 };

function allow(resource: string | string[] = '*', effect: 'Allow' | 'Deny' = 'Allow'): APIGatewayAuthorizerResult {
  const statement = { Action: 'execute-api:Invoke', Effect: effect, Resource: resource };
  return { principalId: 'p', policyDocument: { Version: '2012-10-17', Statement: [statement] }, context: FACTS };
}

let handler: jest.Mock<ReturnType<AuthorizerHandler>, Parameters<AuthorizerHandler>>;
let now = 0;

beforeEach(() => {
  handler = jest.fn<ReturnType<AuthorizerHandler>, Parameters<AuthorizerHandler>>(async () => allow());
  now = Date.parse('2026-11-30T12:00:00Z');
});

function buildEvent(
  headers: Record<string, string>, request: Partial<APIGatewayProxyEvent> = {},
): APIGatewayProxyEvent {
  return {
    httpMethod: 'GET',
    resource: '/images',
    path: '/images',
    headers,
    multiValueHeaders: {},
    body: 'secret body',
    ...request,
  } as APIGatewayProxyEvent;
}

const TOKEN = { Authorization: 'Bearer a' };

test('passes the context on as strings, with the principal', async () => {
  expect(await createAuthorizer(handler)(buildEvent(TOKEN))).toEqual({
    context: { user_id: 'alice', trusted: 'false', exp: '1800000000', principalId: 'p' },
  });
  const [event] = handler.mock.calls[0] as [APIGatewayRequestAuthorizerEvent & { body?: string }, unknown];
  expect(event).toMatchObject({ type: 'REQUEST', headers: TOKEN, resource: '/images' });
  expect(event.body).toBeUndefined();
});

test.each([
  ['no header', {}],
  ['an empty header', { authorization: '' }],
])('denies a request with %s by 401, and does not call the function', async (_case, headers) => {
  expect(await createAuthorizer(handler)(buildEvent(headers))).toMatchObject({ problem: 'unauthenticated' });
  expect(handler).not.toHaveBeenCalled();
});

test.each([
  ['GET', '/health', 'an open route'],
  ['OPTIONS', '/images', 'a preflight'],
  ['PUT', '/images', 'an unknown method'],
  ['GET', '/{proxy+}', 'an unknown path'],
])('asks for no token for %s %s, %s', async (httpMethod, resource) => {
  expect(await createAuthorizer(handler)(buildEvent({}, { httpMethod, resource }))).toBeUndefined();
  expect(handler).not.toHaveBeenCalled();
});

test.each([[8192, undefined], [8193, 'unavailable']])('a result of %i bytes is %s', async (bytes, problem) => {
  const log = jest.spyOn(console, 'error').mockImplementation();
  const rest = Buffer.byteLength(JSON.stringify({ ...allow(), context: { groups: '' } }));
  handler.mockResolvedValue({ ...allow(), context: { groups: 'g'.repeat(bytes - rest) } });
  const decision = await createAuthorizer(handler)(buildEvent(TOKEN)) as { problem?: string };
  expect(decision.problem).toBe(problem);
  expect(log).toHaveBeenCalledTimes(problem === undefined ? 0 : 1);
});

test('asks for a token for HEAD as for GET', async () => {
  const decision = await createAuthorizer(handler)(buildEvent({}, { httpMethod: 'HEAD' }));
  expect(decision).toMatchObject({ problem: 'unauthenticated' });
});

test('keeps a result for five minutes, by token and for every route', async () => {
  const authorize = createAuthorizer(handler, () => now);
  await authorize(buildEvent(TOKEN));
  now += 299_999;
  const other = buildEvent({ authorization: 'Bearer a' }, {
    httpMethod: 'DELETE', resource: '/images/{image_id}', path: '/images/1',
  });
  expect(await authorize(other)).toHaveProperty('context');
  expect(handler).toHaveBeenCalledTimes(1);
  await authorize(buildEvent({ Authorization: 'Bearer b' }));
  expect(handler).toHaveBeenCalledTimes(2);
  now += 1;
  await authorize(buildEvent(TOKEN));
  expect(handler).toHaveBeenCalledTimes(3);
});

test('keeps the whole policy: a result for one method denies the others', async () => {
  handler.mockResolvedValue(allow('arn:aws:execute-api:*:*:*/*/GET/images'));
  const authorize = createAuthorizer(handler, () => now);
  expect(await authorize(buildEvent(TOKEN))).toHaveProperty('context');
  expect(await authorize(buildEvent(TOKEN, { httpMethod: 'POST' }))).toMatchObject({ problem: 'forbidden' });
  expect(handler).toHaveBeenCalledTimes(1);
});

test.each([
  ['Deny', allow('*', 'Deny')],
  ['no statement for the method', allow('arn:aws:execute-api:*:*:*/*/POST/images')],
  ['a pattern that a dot would match', allow('arn:aws:execute-api:us.east-1:000000000000:local/local/GET/images')],
  ['Allow and Deny', {
    ...allow(),
    policyDocument: {
      Version: '2012-10-17',
      Statement: [...allow().policyDocument.Statement, ...allow('*GET*', 'Deny').policyDocument.Statement],
    },
  }],
])('answers 403 to %s, and keeps that', async (_case, result) => {
  handler.mockResolvedValue(result);
  const authorize = createAuthorizer(handler, () => now);
  expect(await authorize(buildEvent(TOKEN))).toMatchObject({ problem: 'forbidden' });
  expect(await authorize(buildEvent(TOKEN))).toMatchObject({ problem: 'forbidden' });
  expect(handler).toHaveBeenCalledTimes(1);
});

test('answers 401 to the error Unauthorized, and asks again the next time', async () => {
  handler.mockRejectedValue(new Error('Unauthorized'));
  const authorize = createAuthorizer(handler, () => now);
  expect(await authorize(buildEvent(TOKEN))).toMatchObject({ problem: 'unauthenticated' });
  expect(await authorize(buildEvent(TOKEN))).toMatchObject({ problem: 'unauthenticated' });
  expect(handler).toHaveBeenCalledTimes(2);
});

describe('a fault of the authorizer', () => {
  let shown: jest.SpyInstance;
  beforeEach(() => { shown = jest.spyOn(console, 'error').mockImplementation(); });
  afterEach(() => shown.mockRestore());

  test.each<[string, () => Promise<APIGatewayAuthorizerResult>]>([
    ['another error', async () => { throw new Error('unauthorized'); }],
    ['no result', async () => undefined as never],
    ['no principal', async () => ({ ...allow(), principalId: undefined as never })],
    ['no policy', async () => ({ ...allow(), policyDocument: undefined as never })],
    ['a list in the context', async () => ({ ...allow(), context: { groups: ['editors'] as never } })],
  ])('is 503: %s', async (_case, answer) => {
    handler.mockImplementation(answer);
    expect(await createAuthorizer(handler)(buildEvent(TOKEN))).toMatchObject({ problem: 'unavailable' });
    expect(shown).toHaveBeenCalled();
  });
});
