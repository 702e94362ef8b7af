import { AUTHORIZER_ENV } from '../../../src/contract';

export function apiEvent(method: string, resource: string, body?: object): object {
  return {
    resource,
    path: resource,
    httpMethod: method,
    headers: {},
    multiValueHeaders: { 'x-user-id': ['alice'] },
    multiValueQueryStringParameters: null,
    pathParameters: null,
    body: body ? JSON.stringify(body) : null,
    isBase64Encoded: false,
    requestContext: { requestId: 'r-1', path: resource, identity: {} },
  };
}

export function authorizerEvent(token: string): object {
  const { body: _body, ...event } = apiEvent('GET', '/images') as { body: null };
  return {
    ...event,
    type: 'REQUEST',
    methodArn: 'arn:aws:execute-api:us-east-1:000000000000:abcdef1234/prod/GET/images',
    headers: { Authorization: `Bearer ${token}` },
    multiValueHeaders: { Authorization: [`Bearer ${token}`] },
  };
}

export const sqsEvent = (...bodies: object[]) => ({
  Records: bodies.map((body, i) => ({
    messageId: `m-${i}`,
    receiptHandle: `r-${i}`,
    body: JSON.stringify(body),
    attributes: { ApproximateReceiveCount: '1' },
    messageAttributes: {},
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:images',
    awsRegion: 'us-east-1',
  })),
});

/** Settings of the authorizer for tokens of this issuer. */
export function buildAuthorizerEnvironment(issuer: string): Record<string, string> {
  return {
    [AUTHORIZER_ENV.KIND]: 'oidc',
    [AUTHORIZER_ENV.ISSUER]: issuer,
    [AUTHORIZER_ENV.AUDIENCE]: '["app"]',
    [AUTHORIZER_ENV.USER_CLAIM]: 'sub',
    [AUTHORIZER_ENV.GROUPS_CLAIM]: 'groups',
    [AUTHORIZER_ENV.REQUIRED_SCOPES]: '[]',
    [AUTHORIZER_ENV.TRUSTED_CLIENTS]: '[]',
  };
}
