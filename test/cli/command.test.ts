import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { OperatorAnswer, OperatorRequest } from '../../src/contract';

jest.setTimeout(60_000);

const ROOT = join(__dirname, '..', '..');
const COMMAND = join(ROOT, 'bin', 'cdk-image-service.js');
const QUEUE = { waiting: 3, working: 2, given_up: 1 };

/** A response of Lambda, or the error of its call. */
interface Reply {
  readonly answer?: Partial<OperatorAnswer>;
  readonly functionError?: string;
  readonly refusal?: { readonly status: number; readonly type: string };
}

let server: Server;
let endpoint: string;
let replies: Reply[];
let requests: (OperatorRequest & { cursor?: string; seconds?: number })[];
let onRequest: () => void;

beforeAll(async () => {
  execFileSync('npx', ['tsx', 'projenrc/bundle-cli.ts'], { cwd: ROOT });
  server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    requests.push(JSON.parse(body));
    onRequest();
    const { answer, functionError, refusal } = replies.length > 1 ? replies.shift()! : replies[0];
    if (request.url !== '/2015-03-31/functions/operator/invocations') {
      response.writeHead(404, {
        'x-amzn-errortype': 'ResourceNotFoundException',
      }).end('{}');
    } else if (refusal) {response.writeHead(refusal.status, { 'x-amzn-errortype': refusal.type }).end('{"Message":"no"}');} else if (functionError) {
      response.writeHead(200, { 'x-amz-function-error': 'Unhandled' }).end(
        JSON.stringify({ errorMessage: functionError }),
      );
    } else {
      response.writeHead(200).end(
        JSON.stringify({ done: true, seen: 0, queued: 0, skipped: 0, left: {}, status: QUEUE, ...answer }),
      );
    }
  });
  await new Promise<void>(resolve => { server.listen(0, '127.0.0.1', resolve); });
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => server.close());

beforeEach(() => {
  [replies, requests, onRequest] = [[{}], [], () => {}];
});

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function start(args: string[], env: Record<string, string> = {}): { child: ChildProcess; ended: Promise<Ended> } {
  const child = spawn(process.execPath, [COMMAND, ...args], {
    env: { PATH: '', HOME: '/nowhere', AWS_EC2_METADATA_DISABLED: 'true', ...env },
  });
  const text = { out: '', err: '' };
  child.stdout.on('data', chunk => { text.out += String(chunk); });
  child.stderr.on('data', chunk => { text.err += String(chunk); });
  return { child, ended: new Promise(resolve => { child.on('close', code => resolve({ code, ...text })); }) };
}

const command = async (args: string[], env?: Record<string, string>) => start(args, env).ended;
const there = (...args: string[]) => [...args, '--function', 'operator', '--endpoint', endpoint];

test('status shows the queue', async () => {
  expect(await command(there('status'))).toEqual({
    code: 0,
    out: 'queue: 3 waiting, 2 in progress, 1 in the dead-letter queue\n',
    err: '',
  });
  expect(requests).toEqual([{ command: 'status' }]);
});

test('a redrive continues until all is done, and adds up the counts', async () => {
  replies = [
    {
      answer: {
        done: false,
        cursor: 'c1',
        seen: 4,
        queued: 3,
        skipped: 1,
        left: { 'none of ours': 1 },
        image_ids: ['i1', 'i2'],
      },
    },
    { answer: { seen: 3, queued: 2, skipped: 1, left: { 'none of ours': 1 }, image_ids: ['i2', 'i3'] } },
  ];
  expect(await command(there('redrive', '--rate', '7'))).toMatchObject({
    code: 0,
    out: expect.stringContaining(
      '7 messages seen, 5 queued, 2 unchanged (2 not from this service)\nqueued: i1, i2, i3, and 2 more\n',
    ),
  });
  expect(requests).toEqual([
    { command: 'redrive', rate: 7, seconds: 5 }, { command: 'redrive', rate: 7, seconds: 5, cursor: 'c1' },
  ]);
});

test.each<[string, Partial<OperatorAnswer>, boolean]>([
  ['found no message while some are in progress', {}, true],
  ['found no message while none is in progress', { status: { ...QUEUE, working: 0 } }, false],
  ['found a message', { seen: 1, queued: 1 }, false],
])('a redrive that %s says when to repeat it: %j', async (_what, answer, says) => {
  replies = [{ answer }];
  const { out } = await command(there('redrive'));
  expect(out.endsWith('repeat redrive when none is in progress\n')).toBe(says);
});

test('prints the reasons for unchanged images, and one image in the singular', async () => {
  replies = [{ answer: { seen: 1, skipped: 1, left: { complete: 1 } } }];
  expect((await command(there('reprocess', '--image', 'i1'))).out).toContain(
    '1 image seen, 0 queued, 1 unchanged (1 complete)\n',
  );
});

test.each<[string[], object]>([
  [['--image', 'i1'], { image_id: 'i1', remake: 'missing' }],
  [['--user', 'alice', '--replace'], { user_id: 'alice', remake: 'changed' }],
  [['--all', '--cursor', 'c9', '--rate', '500'], { all: true, remake: 'missing', cursor: 'c9', rate: 500 }],
])('reprocess %j sends exactly its request', async (args, request) => {
  expect((await command(there('reprocess', ...args))).code).toBe(0);
  expect(requests).toEqual([{ command: 'reprocess', seconds: 5, ...request }]);
});

test.each<[string[], Partial<OperatorAnswer>, boolean]>([
  [['--user', 'alcie'], {}, true],
  [['--user', 'alice'], { seen: 1, skipped: 1 }, false],
  [['--user', 'alice', '--cursor', 'c9'], {}, false],
  [['--all'], {}, false],
])('reprocess %j reports a user without images', async (args, answer, says) => {
  replies = [{ answer }];
  const { out } = await command(there('reprocess', ...args));
  expect(out.includes(`the user ${args[1]} has no images\n`)).toBe(says);
});

test(
  'a variant that changed under its name stops the command with exit code 3 and prints how to continue', async () => {
    replies = [{
      answer: {
        done: false,
        cursor: 'c2',
        refusal: 'the variant "thumb" changed: rename the variant, or pass --replace',
      },
    }];
    const { code, err } = await command(there('reprocess', '--all', '--cursor', 'c1'));
    expect(code).toBe(3);
    expect(err).toBe('✗ the variant "thumb" changed: rename the variant, or pass --replace\n'
    + `after the fix, continue with: npx cdk-image-service reprocess --all --function operator --endpoint ${endpoint} --cursor c2\n`
    + `or replace this variant and the following ones with: npx cdk-image-service reprocess --all --function operator --endpoint ${endpoint} --replace --cursor c2\n`);
  },
);

test('Ctrl-C stops after the pending answer and prints the command that continues', async () => {
  replies = [{ answer: { done: false, cursor: 'a b', seen: 1, queued: 1 } }];
  const { child, ended } = start(there('reprocess', '--all'));
  onRequest = () => requests.length === 2 && child.kill('SIGINT');
  const { code, err } = await ended;
  expect(code).toBe(130);
  expect(err).toContain("--cursor 'a b'\n");
});

test.each<[string, Reply, string]>([
  [
    'an error of the function', { functionError: 'rate must be a whole number' },
    '✗ operator failed: rate must be a whole number',
  ],
  [
    'no permission', { refusal: { status: 403, type: 'AccessDeniedException' } },
    '✗ these credentials must allow lambda:InvokeFunction on operator',
  ],
  ['another function', { answer: { done: undefined } }, '✗ operator must be the operator function'],
])('reports %s', async (_, reply, message) => {
  replies = [reply];
  const { code, err } = await command(there('status'));
  expect([code, err]).toEqual([1, expect.stringContaining(message)]);
});

test('names a missing function, missing credentials, a missing region and an unreachable endpoint', async () => {
  expect(await command(['status', '--function', 'other', '--endpoint', endpoint])).toMatchObject({
    code: 1,
    err: expect.stringContaining('this account and region have no function other'),
  });
  expect(await command(['status', '--function', 'f', '--region', 'eu-west-1'])).toMatchObject({
    code: 1,
    err: expect.stringContaining('no credentials found'),
  });
  expect(await command(['status', '--function', 'f'])).toMatchObject({
    code: 1,
    err: expect.stringContaining('no region is set'),
  });
  expect(await command(['status', '--function', 'f', '--endpoint', 'http://127.0.0.1:9'])).toMatchObject({
    code: 1,
    err: expect.stringContaining('no answer from the endpoint'),
  });
});

test('a failure after some calls prints the command that continues', async () => {
  replies = [{ answer: { done: false, cursor: 'c1' } }, { functionError: 'the table is gone' }];
  const { code, err } = await command(there('reprocess', '--all'));
  expect([code, err]).toEqual([1, expect.stringMatching(/the table is gone\ncontinue with: .* --cursor c1\n$/)]);
});

test.each<[string[], string]>([
  [[], 'the command must be one of status, failed, redrive, reprocess, got: none'],
  [['dance'], 'the command must be one of status, failed, redrive, reprocess, got: dance'],
  [['toString'], 'the command must be one of status, failed, redrive, reprocess, got: toString'],
  [['status', 'redrive', '--function', 'f'], 'exactly one command must be given, got: status redrive'],
  [['status'], '--stack must name the stack of the service, or --function its operator function, got: nothing'],
  [['status', '--function', 'f', '--all'], 'status has no option --all'],
  [['redrive', '--function', 'f', '--replace'], 'redrive has no option --replace'],
  [['reprocess', '--function', 'f'], 'exactly one of --image, --user and --all must be given, got: none'],
  [
    ['reprocess', '--function', 'f', '--all', '--user', 'a'],
    'exactly one of --image, --user and --all must be given, got: --user, --all',
  ],
  [['redrive', '--function', 'f', '--rate', '501'], '--rate must be a whole number from 1 to 500, got: 501'],
  [
    ['status', '--function', 'f', '--endpoint', 'localhost'],
    '--endpoint must start with http:// or https://, got: localhost',
  ],
  [['status', '--functoin', 'f'], "✗ Unknown option '--functoin'\n"],
])('rejects %j with an error that names the mistake', async (args, message) => {
  const { code, err } = await command(args);
  expect([code, err]).toEqual([2, expect.stringContaining(message)]);
});

test('--help lists every option', async () => {
  const { code, out } = await command(['--help']);
  expect(code).toBe(0);
  for (const option of [
    'status', 'failed', 'redrive', 'reprocess', '--stack', '--service', '--function', '--limit', '--json', '--image', '--user', '--all', '--replace', '--rate', '--cursor',
    '--region', '--profile', '--endpoint',
  ]) {
    expect(out).toContain(option);
  }
});
