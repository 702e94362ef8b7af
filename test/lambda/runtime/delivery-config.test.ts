import { readDeliveryConfig, readInvalidationConfig } from '../../../lambda/runtime/delivery-config';

const SIGNED = {
  DELIVERY_MODE: 'signed',
  DELIVERY_URL: 'https://d111111abcdef8.cloudfront.net',
  DELIVERY_URL_TTL_SECONDS: '3600',
  SIGNING_KEY_ID: '',
  SIGNING_SECRET_ID: 'secret',
  COOKIE_DOMAIN: '',
  INVALIDATION_QUEUE_URL: 'https://sqs/1/q',
};

test('each delivery mode is read with its variables', () => {
  expect(readDeliveryConfig({ DELIVERY_MODE: 'presigned' })).toEqual({ mode: 'presigned' });
  expect(readInvalidationConfig({ DELIVERY_MODE: 'presigned' })).toEqual({});
  expect(readDeliveryConfig({ DELIVERY_MODE: 'anyone', DELIVERY_URL: 'http://localhost:8080/cdn' })).toEqual({
    mode: 'anyone',
    baseUrl: 'http://localhost:8080/cdn',
  });
  expect(readDeliveryConfig({ ...SIGNED, COOKIE_DOMAIN: 'example.com', SIGNING_KEY_ID: 'K1' })).toEqual({
    mode: 'signed',
    baseUrl: SIGNED.DELIVERY_URL,
    urlTtlSeconds: 3600,
    secretId: 'secret',
    keyId: 'K1',
    cookieDomain: 'example.com',
  });
  expect(readDeliveryConfig(SIGNED)).toMatchObject({ keyId: undefined, cookieDomain: undefined });
  expect(readInvalidationConfig(SIGNED)).toEqual({ invalidationQueueUrl: 'https://sqs/1/q' });
});

test.each([
  [{ DELIVERY_MODE: undefined }, 'DELIVERY_MODE must be set'],
  [{ DELIVERY_MODE: 'public' }, 'DELIVERY_MODE must be one of presigned, signed, anyone, got: public'],
  [{ DELIVERY_URL: '' }, 'DELIVERY_URL must be set'],
  [{ DELIVERY_URL: 'https://cdn.example.com/' }, 'without a slash at its end'],
  [{ DELIVERY_URL: 'https://cdn.example.com?x' }, 'got: https://cdn.example.com?x'],
  [{ DELIVERY_URL: 'cdn.example.com' }, 'DELIVERY_URL must be an http or https URL'],
  [{ DELIVERY_URL_TTL_SECONDS: '0' }, 'DELIVERY_URL_TTL_SECONDS must be a whole number'],
  [{ SIGNING_SECRET_ID: '' }, 'SIGNING_SECRET_ID must be set'],
])('%j is refused', (more, message) => {
  expect(() => readDeliveryConfig({ ...SIGNED, ...more })).toThrow(message);
});

test('a CDN needs a queue of invalidations', () => {
  expect(() => readInvalidationConfig({ ...SIGNED, INVALIDATION_QUEUE_URL: '' })).toThrow(
    'INVALIDATION_QUEUE_URL must be set',
  );
});
