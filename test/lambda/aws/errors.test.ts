import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CLIENT_OPTIONS } from '../../../lambda/aws/clients';
import { call } from '../../../lambda/aws/errors';
import { TryAgain } from '../../../lambda/domain/errors';

const sdkError = (name: string, httpStatusCode?: number, more: object = {}) =>
  Object.assign(new Error('said the service'), { name, $metadata: { httpStatusCode }, ...more });

describe('an error of the SDK', () => {
  test.each([
    ['status 500', sdkError('UnknownError', 500)],
    ['status 503', sdkError('UnknownError', 503)],
    ['status 599', sdkError('UnknownError', 599)],
    ['throttling', sdkError('ThrottlingException', 400)],
    ['a timeout', sdkError('TimeoutError')],
    ['a broken connection', sdkError('Error', undefined, { code: 'ECONNRESET' })],
  ])('of %s may pass', async (_, error) => {
    await expect(call(async () => { throw error; })).rejects.toBeInstanceOf(TryAgain);
  });

  test.each([
    ['status 400', sdkError('ValidationException', 400)],
    ['status 403', sdkError('AccessDenied', 403)],
    ['status 499', sdkError('UnknownError', 499)],
    ['our own mistake', sdkError('TypeError', undefined, { code: 'ERR_INVALID_ARG_TYPE' })],
  ])('of %s stays what it is', async (_, error) => {
    await expect(call(async () => { throw error; })).rejects.toBe(error);
  });
});

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html */
const GATEWAY_MS = 29_000;

test("two calls of a store that hangs end before API Gateway's timeout", () => {
  const { maxAttempts, requestHandler: { connectionTimeout, requestTimeout, throwOnRequestTimeout } } = CLIENT_OPTIONS;
  expect(throwOnRequestTimeout).toBe(true);
  expect(connectionTimeout).toBeLessThanOrEqual(requestTimeout);
  // Standard retries pause up to 100 ms and 200 ms: https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
  expect(2 * (maxAttempts * requestTimeout + 300)).toBeLessThanOrEqual(GATEWAY_MS);
});

test('every client of a service has these limits', () => {
  const folder = join(__dirname, '../../../lambda/aws');
  const made = readdirSync(folder).flatMap(file => [
    ...readFileSync(join(folder, file), 'utf8').matchAll(/new (\w+Client)\(([^;]*)/g),
  ].map(([, name, options]) => ({ file, name, options })));
  expect(made.length).toBeGreaterThan(8);
  // A scan and some hundred megabytes of definitions take longer than a request.
  expect(made.filter(({ options }) => !options.includes('CLIENT_OPTIONS')).map(({ file, name }) => `${file} ${name}`))
    .toEqual(['clam-av-scanner.ts LambdaClient', 'definitions-bucket.ts S3Client']);
});
