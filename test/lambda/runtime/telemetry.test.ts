import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { logger as Logger, metrics as Metrics, publishMetrics as Publish } from '../../../lambda/runtime/telemetry';

let logger: typeof Logger;
let metrics: typeof Metrics;
let publishMetrics: typeof Publish;
const lines: string[] = [];

beforeAll(async () => {
  Object.assign(process.env, {
    POWERTOOLS_SERVICE_NAME: 'test',
    POWERTOOLS_LOG_LEVEL: 'INFO',
    POWERTOOLS_METRICS_NAMESPACE: 'test',
  });
  for (const stream of [process.stdout, process.stderr]) {
    jest.spyOn(stream, 'write').mockImplementation(text => lines.push(String(text)) > 0);
  }
  ({ logger, metrics, publishMetrics } = await import('../../../lambda/runtime/telemetry'));
});
afterEach(() => { lines.length = 0; });
afterAll(() => jest.restoreAllMocks());

const KEY = 'originals/acme/canary-user/01ARZ3NDEKTSV4RRFFQ69G5FAV/6e6f';

/** An error with the details that SDKs add, and with a cause. */
function sdkError(): Error {
  const cause = Object.assign(new Error(`AccessDenied: no permission for arn:aws:s3:::bucket/${KEY}`), {
    Key: KEY,
    Resource: `/bucket/${encodeURIComponent(KEY)}`,
  });
  const row = { user_id: { S: 'canary-user' }, filename: { S: 'canary-user.png' } };
  return Object.assign(new Error(`variants/acme/canary-user/x/thumb.webp: ${KEY}`, { cause }), {
    Item: row,
    CancellationReasons: [{ Code: 'ConditionalCheckFailed', Item: row }],
  });
}

test.each([
  ['an error', () => logger.warn('it failed', { error: sdkError() })],
  ['an error that is the line', () => logger.error('it failed', sdkError())],
  ['an error in another field', () => logger.warn('it failed', { why: { first: sdkError() } })],
  ['an error of another realm', () => logger.warn('it failed', { error: { ...sdkError(), message: KEY, stack: KEY } })],
])('no log line has the text of %s', (_, log) => {
  log();
  expect(lines).toHaveLength(1);
  expect(lines[0]).not.toMatch(/canary-user|acme|originals|AccessDenied: no/);
  expect(JSON.parse(lines[0])).toMatchObject({ message: 'it failed', service: 'test' });
});

test.each([
  ['a message', () => logger.info(`scanned ${KEY}`)],
  ['a fact', () => logger.info('scanned', { facts: { keys: [KEY] } })],
])('no log line names the user whose key is in %s, and each names the image', (_, log) => {
  log();
  expect(lines).toHaveLength(1);
  expect(lines[0]).not.toMatch(/canary-user|acme/);
  expect(lines[0]).toContain('01ARZ3NDEKTSV4RRFFQ69G5FAV');
  expect(() => JSON.parse(lines[0]) as unknown).not.toThrow();
});

test('the shortest key loses its user', () => {
  logger.info('scanned', { key: 'variants/_/u/' });
  expect(JSON.parse(lines[0])).toMatchObject({ key: 'variants/*/*/' });
});

test('durations are published in milliseconds, counts as counts', () => {
  metrics.measure('UploadToReady', 1234);
  metrics.count('ImagesProcessed');
  publishMetrics();
  const published = JSON.parse(lines.join('')) as Record<string, any>;
  expect(published._aws.CloudWatchMetrics[0].Metrics).toEqual([
    { Name: 'UploadToReady', Unit: 'Milliseconds' }, { Name: 'ImagesProcessed', Unit: 'Count' },
  ]);
  expect(published).toMatchObject({ service: 'test', UploadToReady: 1234 });
});

/**
 * Finds log calls with a user's data that no test reaches. `test/lambda/runtime-interface` reads the lines that
 * handlers write.
 */
const NAMES_USER = new RegExp(String.raw`\b(log|logger)\.(info|warn|error)\([^;]*`
  + String.raw`(\b(object_key|objectKey|user_id|userId|owner|filename|request|paths?)\b\s*[,:}]|x-user-id|PRINCIPAL_HEADERS|\bheaders\b|\bcaller\b)`);

test.each([
  "logger.error('failed', { user: request.headers.get('x-user-id') })",
  "logger.error('failed', { user: request.headers.get(PRINCIPAL_HEADERS.USER) })",
  "logger.warn('failed', { caller })",
  "logger.warn('failed', { owner: row.owner })",
])('the rule finds %s', call => {
  expect(call).toMatch(NAMES_USER);
});

test('no handler tells a log of keys or users', () => {
  const folder = join(__dirname, '../../../lambda');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith('.ts'));
  expect(files.length).toBeGreaterThan(100);
  expect(files.filter(file => NAMES_USER.test(readFileSync(join(folder, file), 'utf8')))).toEqual([]);
});
