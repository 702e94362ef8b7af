import type { APIGatewayProxyEvent } from 'aws-lambda';
import { toRequest } from '../../../lambda/runtime/gateway-event';

function readId(requestContext: object): string {
  return toRequest({ requestContext, multiValueHeaders: {}, body: null } as unknown as APIGatewayProxyEvent).requestId;
}

const EXTENDED = 'JKJaXmPLvHcESHA=';
const UUID = '0f8b2c1e-5a64-4f0e-9b1c-2f9d1f0a7b33';

test('the id of a request is that of API Gateway', () => {
  expect(readId({ requestId: UUID, extendedRequestId: EXTENDED })).toBe(UUID);
});

test.each([
  'canary', `${UUID}x`, ` ${UUID}`, 'UUID_REPLACED_INVALID_REQUEST_ID', '', undefined,
])('the id %j, which a client may have chosen, gives way to one that no client can choose', requestId => {
  expect(readId({ requestId, extendedRequestId: EXTENDED })).toBe(EXTENDED);
});

test('without an extended id, a new one takes its place', () => {
  expect(readId({ requestId: 'canary' })).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
});
