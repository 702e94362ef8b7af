import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { FakeAws } from './fake-aws';

jest.setTimeout(60_000);

const aws = new FakeAws();
const STATUS = {
  done: true, seen: 0, queued: 0, skipped: 0, left: {}, status: { waiting: 3, working: 2, given_up: 1 },
};
const OUTPUT = 'ImagesOperatorFunctionName1A2B3C4D';
const SHOWN = 'queue: 3 waiting, 2 in progress, 1 in the dead-letter queue\n';

beforeAll(async () => aws.start());
afterAll(() => aws.stop());
beforeEach(() => {
  aws.reset();
  aws.functions = { 'operator-a': [STATUS], 'operator-b': [STATUS] };
});

test.each<[string[], object]>([
  [['status'], { command: 'status' }],
  [['failed'], { command: 'failed' }],
  [['redrive'], { command: 'redrive' }],
  [['reprocess', '--all'], { command: 'reprocess', all: true }],
])('%j finds the function by the output of the stack', async (args, request) => {
  aws.stacks = { Photos: { outputs: { ImagesApiUrl12345678: 'https://x/', [OUTPUT]: 'operator-a' } } };
  expect((await aws.run(...args, '--stack', 'Photos')).code).toBe(0);
  expect(aws.requests).toEqual([expect.objectContaining(request)]);
});

test('finds the function in a nested stack of a nested stack, behind the first page of resources', async () => {
  aws.stacks = {
    'Photos': { nested: ['arn:one'], pages: 2 },
    'arn:one': { nested: ['arn:two', 'arn:three'] },
    'arn:two': {},
    'arn:three': { outputs: { [OUTPUT]: 'operator-a' } },
  };
  expect(await aws.run('status', '--stack', 'Photos')).toEqual({ code: 0, out: SHOWN, err: '' });
  expect(aws.actions.filter(action => action === 'ListStackResources Photos')).toHaveLength(3);
});

test('a nested stack that names its parent is read once', async () => {
  aws.stacks = { 'Photos': { nested: ['arn:one'], outputs: { [OUTPUT]: 'operator-a' } }, 'arn:one': { nested: ['Photos'] } };
  expect((await aws.run('status', '--stack', 'Photos')).code).toBe(0);
  expect(aws.actions.filter(action => action.startsWith('DescribeStacks'))).toHaveLength(2);
});

describe('a stack with two services', () => {
  beforeEach(() => {
    aws.stacks = {
      'Photos': { outputs: { [OUTPUT]: 'operator-a' }, nested: ['arn:one'] },
      'arn:one': { outputs: { BackendAvatarsOperatorFunctionName5E6F7A8B: 'operator-b' } },
    };
  });

  test('names both, and asks for one', async () => {
    expect(await aws.run('status', '--stack', 'Photos')).toEqual({
      code: 1,
      out: '',
      err: '✗ the stack Photos has 2 image services: Images (function operator-a), BackendAvatars (function operator-b); '
        + 'choose one with --service <construct id> or --function <name>\n',
    });
    expect(aws.requests).toEqual([]);
  });

  test.each([['Images', 'operator-a'], ['Avatars', 'operator-b'], ['Backend/Avatars', 'operator-b']])(
    '--service %s chooses the function %s', async (service, name) => {
      aws.functions = { [name]: [STATUS] };
      expect(await aws.run('status', '--stack', 'Photos', '--service', service)).toMatchObject({ code: 0, out: SHOWN });
    },
  );

  test.each(['Videos', '-'])('--service %s names the services that the stack has', async service => {
    expect(await aws.run('status', '--stack', 'Photos', `--service=${service}`)).toMatchObject({
      code: 1,
      err: `✗ --service must be the construct id of an image service in the stack Photos, got: ${service}; `
        + 'it has: Images (function operator-a), BackendAvatars (function operator-b)\n',
    });
  });
});

test('two services of one construct id in nested stacks ask for --function', async () => {
  aws.stacks = {
    'Photos': { nested: ['arn:one', 'arn:two'] },
    'arn:one': { outputs: { [OUTPUT]: 'operator-a' } },
    'arn:two': { outputs: { [OUTPUT]: 'operator-b' } },
  };
  const { code, err } = await aws.run('status', '--stack', 'Photos', '--service', 'Images');
  expect([code, err]).toEqual([1, expect.stringContaining('Images (function operator-a), Images (function operator-b)')]);
});

test.each<[string, () => void, string]>([
  ['an absent stack', () => {}, '✗ this account and region have no stack Photos: check --stack, and pass its region as --region\n'],
  [
    'a stack without the output', () => { aws.stacks = { Photos: { status: 'ROLLBACK_COMPLETE', nested: ['n'] }, n: {} }; },
    '✗ the stack Photos (ROLLBACK_COMPLETE) must have an output OperatorFunctionName, which every image service with Processing.queue() has; got: none, also in its nested stacks\n',
  ],
  [
    'a missing permission to describe', () => { refuse('DescribeStacks'); },
    '✗ these credentials must allow cloudformation:DescribeStacks and cloudformation:ListStackResources on the stack Photos and its nested stacks; or pass --function <name>. not authorized to perform: cloudformation:DescribeStacks\n',
  ],
  [
    'a missing permission to list', () => { refuse('ListStackResources'); },
    '✗ these credentials must allow cloudformation:DescribeStacks and cloudformation:ListStackResources on the stack Photos and its nested stacks; or pass --function <name>. not authorized to perform: cloudformation:ListStackResources\n',
  ],
  [
    'an output that names no function', () => { aws.stacks = { Photos: { outputs: { [OUTPUT]: 'gone' } } }; },
    '✗ this account and region have no function gone: take --function from the outputs of the stack, and pass its region as --region\n',
  ],
])('reports %s', async (_, prepare, err) => {
  prepare();
  expect(await aws.run('status', '--stack', 'Photos')).toEqual({ code: 1, out: '', err });
});

function refuse(action: string): void {
  aws.stacks = { Photos: {} };
  aws.refused = {
    [action]: { status: 403, code: 'AccessDenied', message: `not authorized to perform: cloudformation:${action}` },
  };
}

test('an endpoint without CloudFormation, as the local server, asks for --function', async () => {
  const server = createServer((_request, response) => response.writeHead(404).end('{"title":"Not Found"}'));
  await new Promise<void>(resolve => { server.listen(0, '127.0.0.1', resolve); });
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  expect(await aws.runAnywhere('status', '--stack', 'S', '--endpoint', endpoint)).toMatchObject({
    code: 1,
    err: `✗ ${endpoint} must have CloudFormation for --stack; pass --function <name>, on the local server --function operator\n`,
  });
  server.close();
});

test('reports missing credentials, a missing region and an unreachable endpoint', async () => {
  expect((await aws.runAnywhere('status', '--stack', 'S', '--region', 'eu-west-1')).err).toContain('no credentials found');
  expect((await aws.runAnywhere('status', '--stack', 'S')).err).toContain('no region is set');
  expect((await aws.runAnywhere('status', '--stack', 'S', '--endpoint', 'http://127.0.0.1:9')).err).toContain(
    'no answer from the endpoint',
  );
});

test.each<[string[], string]>([
  [['status', '--stack', 'S', '--function', 'f'], 'or --function its operator function, got: both'],
  [['status', '--stack', ''], 'or --function its operator function, got: an empty name'],
  [['status', '--function', 'f', '--service', 'Images'], '--service needs --stack, got: --function f'],
])('rejects %j with an error that names the mistake', async (args, message) => {
  const { code, err } = await aws.runAnywhere(...args);
  expect([code, err]).toEqual([2, expect.stringContaining(message)]);
});

test('the command that continues names the stack again', async () => {
  aws.stacks = { Photos: { outputs: { [OUTPUT]: 'operator-a' } } };
  aws.functions = { 'operator-a': [{ ...STATUS, done: false, cursor: 'c1', refusal: 'the variant changed' }] };
  const { code, err } = await aws.run('reprocess', '--all', '--stack', 'Photos');
  expect([code, err]).toEqual([3, expect.stringContaining('npx cdk-image-service reprocess --all --stack Photos')]);
});
