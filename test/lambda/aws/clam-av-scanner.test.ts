import { stubService } from './service-stub';
import { createClamAvScanner } from '../../../lambda/aws/clam-av-scanner';
import { ScannerUnavailable } from '../../../lambda/domain/errors';

interface Answer {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly body?: string;
  readonly never?: true;
}

let answer: Answer;
const asked: { path: string; type: string; body: string }[] = [];

/** A fake of Lambda's Invoke. https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html */
stubService('LAMBDA', async (request, response) => {
  let body = '';
  for await (const chunk of request) body += String(chunk);
  asked.push({ path: request.url!, type: String(request.headers['x-amz-invocation-type']), body });
  if (!answer.never) response.writeHead(answer.status ?? 200, answer.headers).end(answer.body);
});
beforeEach(() => { asked.length = 0; });

const scan = async (given: Answer, patienceMs?: number) => {
  answer = given;
  return createClamAvScanner('scans', patienceMs).scan('originals/_/a/b/c', '"etag"');
};

test.each([
  ['NO_THREATS_FOUND', 'clean'], ['THREATS_FOUND', 'infected'], ['UNSUPPORTED', 'unscannable'], ['gone', 'gone'],
])('%s means %s', async (result, expected) => {
  expect(await scan({ body: JSON.stringify({ result }) })).toBe(expected);
  expect(asked).toHaveLength(1);
  expect(asked[0].path).toMatch(/^\/2015-03-31\/functions\/scans\/invocations/);
  expect(JSON.parse(asked[0].body)).toEqual({ object_key: 'originals/_/a/b/c', etag: '"etag"' });
});

test.each([
  ['ACCESS_DENIED', { body: '{"result":"ACCESS_DENIED"}' }, 'could not scan b: ACCESS_DENIED'],
  ['FAILED', { body: '{"result":"FAILED"}' }, 'could not scan b: FAILED'],
  ['another word', { body: '{"result":"CLEAN"}' }, 'must answer'],
  ['a word of Object’s own', { body: '{"result":"constructor"}' }, 'must answer'],
  ['no word', { body: '{}' }, 'must answer'],
  ['null', { body: 'null' }, 'must answer'],
  ['no JSON', { body: 'NO_THREATS_FOUND' }, 'must answer'],
  ['nothing', { body: '' }, 'must answer'],
  [
    'an error of the function, with any body',
    { headers: { 'x-amz-function-error': 'Unhandled' }, body: '{"result":"NO_THREATS_FOUND"}' },
    'ended with an error (Unhandled)',
  ],
])('%s gives no verdict, and the scan is not repeated at once', async (_what, given, reason) => {
  await expect(scan(given)).rejects.toThrow(reason);
  await expect(scan(given)).rejects.not.toBeInstanceOf(ScannerUnavailable);
  expect(asked).toHaveLength(2);
});

test('a scanner without definitions is unavailable', async () => {
  const late = scan({ body: '{"result":"unavailable"}' });
  await expect(late).rejects.toThrow('cannot scan now');
  await expect(late).rejects.toBeInstanceOf(ScannerUnavailable);
});

/** Names of an error and its causes: logs show these, and no text of Lambda. */
function listNames(error: unknown): string[] {
  const { name, cause } = error as Error;
  return [name, ...cause === undefined ? [] : listNames(cause)];
}

test.each<[string, Answer, string]>([
  [
    'a function that may not be invoked',
    { status: 403, headers: { 'x-amzn-errortype': 'AccessDeniedException' }, body: '{"message":"not authorized"}' },
    'AccessDeniedException',
  ],
  [
    'too many requests',
    { status: 429, headers: { 'x-amzn-errortype': 'TooManyRequestsException' }, body: '{"message":"Rate Exceeded."}' },
    'TooManyRequestsException',
  ],
  [
    'trouble of Lambda’s',
    { status: 500, headers: { 'x-amzn-errortype': 'ServiceException' }, body: '{"message":"Service error."}' },
    'ServiceException',
  ],
])('%s means that the scanner is unavailable', async (_what, given, name) => {
  const error = await scan(given).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ScannerUnavailable);
  expect(listNames(error)).toContain(name);
});

test('a scan function that does not answer means that the scanner is unavailable', async () => {
  const late = scan({ never: true }, 300);
  expect(listNames(await late.catch((thrown: unknown) => thrown))).toContain('TimeoutError');
  await expect(late).rejects.toBeInstanceOf(ScannerUnavailable);
});
