import { Denied } from '../../../lambda/aws/call-if-present';
import { FailedTry, ProblemError, ScannerUnavailable, TryAgain } from '../../../lambda/domain/errors';
import { describeError, withoutForeignText } from '../../../lambda/runtime/describe-error';

const SECRET = 'canary-secret';

function buildAwsError(): Error {
  return Object.assign(new Error(`not authorized: ${SECRET}`), {
    name: 'AccessDeniedException',
    $metadata: { httpStatusCode: 400, requestId: 'ABC123' },
    Item: { filename: { S: SECRET } },
  });
}

test('an error of AWS keeps its name, status and request id', () => {
  expect(describeError(buildAwsError())).toMatchObject({
    name: 'AccessDeniedException', status: 400, aws_request_id: 'ABC123', message: undefined,
  });
});

test.each([
  new FailedTry('OriginalMissing', 'ours'), new ScannerUnavailable('ours'), new TryAgain('ours'),
])('$name keeps its message, and not that of its cause', error => {
  error.cause = buildAwsError();
  expect(describeError(error)).toMatchObject({ message: 'ours', cause: { name: 'AccessDeniedException' } });
  expect(JSON.stringify(describeError(error))).not.toContain(SECRET);
});

test('an error of S3 without a permission names the permission', () => {
  const { name, message, cause } = describeError(new Denied('s3:GetObject', buildAwsError()));
  expect([name, message, cause!.name]).toEqual([
    'Denied', expect.stringContaining('s3:GetObject'), 'AccessDeniedException',
  ]);
});

test('a problem, whose detail repeats what the client sent, has no message', () => {
  expect(describeError(new ProblemError('invalid-request', SECRET))).toMatchObject({
    name: 'ProblemError', message: undefined,
  });
});

test.each([
  ['a message of several lines', new Error(`a\n${SECRET}`)],
  ['lines that look like frames', new Error(`a\n    at ${SECRET} (/var/task/index.js:1:1)\n    at b (/${SECRET}.js:1:1)`)],
  ['a message that was changed', Object.assign(new Error(`a\n    at b (/${SECRET}.js:1:1)`), { message: 'other' })],
  ['a name', Object.assign(new Error('a'), { name: `Error ${SECRET}` })],
  ['a code', Object.assign(new Error('a'), { code: `/${SECRET}` })],
  ['a request id', Object.assign(new Error('a'), { $metadata: { requestId: `${SECRET} x` } })],
  ['a path', Object.assign(new Error('a'), { path: `/tmp/${SECRET}`, code: 'ENOENT' })],
  ['a text that is thrown', SECRET],
  ['an object of another realm', { name: 'Error', message: SECRET, stack: `Error: ${SECRET}\n    at a (/b.js:1:1)` }],
  ['an empty message', Object.assign(new Error(''), { stack: `Error\n${SECRET}\n    at a (/b.js:1:1)` })],
])('%s reveals no foreign text', (_, error) => {
  expect(JSON.stringify(describeError(error))).not.toContain(SECRET);
  const thrown = withoutForeignText(error);
  expect(`${thrown.name} ${thrown.message} ${thrown.stack}`).not.toContain(SECRET);
});

test('the frames of an error stay', () => {
  expect(describeError(new Error('a\nb')).stack).toMatch(/^at .*describe-error\.test\.ts:\d+:\d+/);
});

test('a circle of causes ends', () => {
  const error = new Error('a');
  error.cause = error;
  expect(JSON.stringify(describeError(error)).match(/"name"/g)).toHaveLength(5);
});
