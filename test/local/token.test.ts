import { createPublicKey, verify, type JsonWebKey } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ServerProcess } from './support/server-process';
import { buildPublicJwk, type IssuerKey } from '../../local/auth/issuer-key';
import { readOptions } from '../../local/token/options';

let folder: string;
let data: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'token-'));
  data = join(folder, 'data');
});

afterEach(() => rmSync(folder, { recursive: true }));

async function run(...args: string[]): Promise<{ code: number | null; output: string; notes: string }> {
  const command = new ServerProcess(args, {}, 'token/main.ts');
  let notes = '';
  command.child.stderr!.on('data', (chunk: Buffer) => { notes += chunk.toString(); });
  const code = await command.exited;
  return { code, output: command.output.replace(notes, ''), notes };
}

function decode(token: string, part: number): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split('.')[part], 'base64url').toString()) as Record<string, unknown>;
}

function readKey(): IssuerKey {
  return JSON.parse(readFileSync(join(data, 'token-key.json'), 'utf8')) as IssuerKey;
}

test('prints a token and no other text, signed with the key that it creates for this user alone', async () => {
  const { code, output, notes } = await run(
    '--data', data, '--user', 'alice', '--groups', 'editors,readers', '--groups', 'staff', '--scope', 'images/use',
    '--expires', '15m',
  );
  expect(code).toBe(0);
  expect(output).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/);
  expect(notes).toBe(`made a new key in ${data}, which no server with --auth jwt has used: `
    + 'a server accepts the token only with the same --data\n');
  const claims = decode(output, 1);
  expect(claims).toEqual({
    iss: 'http://localhost:8080',
    aud: 'cdk-image-service',
    azp: 'web',
    sub: 'alice',
    groups: ['editors', 'readers', 'staff'],
    scope: 'images/use',
    iat: expect.any(Number),
    exp: claims.iat as number + 900,
    jti: expect.any(String),
  });
  expect(statSync(join(data, 'token-key.json')).mode.toString(8)).toMatch(/600$/);
  const jwk = buildPublicJwk(readKey());
  expect(decode(output, 0)).toEqual({ alg: 'ES256', typ: 'JWT', kid: jwk.kid });
  const [head, body, signature] = output.trim().split('.');
  const key = { key: createPublicKey({ key: jwk as JsonWebKey, format: 'jwk' }), dsaEncoding: 'ieee-p1363' as const };
  expect(verify('sha256', Buffer.from(`${head}.${body}`), key, Buffer.from(signature, 'base64url'))).toBe(true);
}, 60_000);

test('signs with the same key the next time, for the server of the folder, or of --port', async () => {
  mkdirSync(data);
  writeFileSync(join(data, 'token-issuer.json'), '{"issuer":"http://localhost:41234"}');
  const first = await run('--data', data, '--trusted');
  const second = await run('--data', data, '--user', 'bob', '--port', '9001');
  expect(second.notes).toBe('');
  expect(decode(second.output, 0)).toEqual(decode(first.output, 0));
  expect(decode(first.output, 1)).toMatchObject({
    iss: 'http://localhost:41234', azp: 'backend', scope: 'images/trusted',
  });
  expect(decode(first.output, 1)).not.toHaveProperty('sub');
  expect(decode(second.output, 1)).toMatchObject({ iss: 'http://localhost:9001', azp: 'web', sub: 'bob' });
}, 60_000);

test('a wrong option ends with one line, and a folder of others is left alone', async () => {
  const wrong = await run('--data', data, '--user', 'alice', '--expires', '1 hour');
  expect(wrong).toEqual({
    code: 1, output: '', notes: '✗ --expires must be a time from 1s to 365d, such as 90s, 15m, 1h or 7d, got: 1 hour\n',
  });
  mkdirSync(data);
  writeFileSync(join(data, 'letter.txt'), '');
  const foreign = await run('--data', data, '--user', 'alice');
  expect(foreign.code).toBe(1);
  expect(foreign.notes).toContain('--data must be an empty folder or one that this server has used before');
  expect(existsSync(join(data, 'token-key.json'))).toBe(false);
}, 60_000);

test('--help lists every option', async () => {
  const { code, output } = await run('--help');
  expect(code).toBe(0);
  for (const option of ['--user', '--groups', '--scope', '--client', '--trusted', '--expires', '--data', '--port']) {
    expect(output).toContain(`\n  ${option}`);
  }
}, 60_000);

test.each([
  [[], '--user must name the user of the token, such as --user alice; or add --trusted'],
  [['--trusted', '--user', 'a'], '--user must be absent beside --trusted: a trusted token names no user'],
  [['--user', 'a b'], '--user must be 1 to 128 letters, digits and ._@|:+=- each, got: a b'],
  [['--user', ''], '--user must be 1 to 128 letters'],
  [['--user', 'a', '--groups', 'b,'], '--groups must be 1 to 128 letters'],
  [['--user', 'a', '--scope', ' b'], '--scope must be scopes divided by single blanks, such as images/use, got:  b'],
  [['--user', 'a', '--client', ''], '--client must name a client, got an empty value'],
  [['--trusted', '--client', 'b'], '--trusted must be given without --client: its client is backend'],
  [['--user', 'a', '--expires', '0s'], '--expires must be a time from 1s to 365d'],
  [['--user', 'a', '--expires', '366d'], '--expires must be a time from 1s to 365d'],
  [['--user', 'a', '--expires', '1.5h'], '--expires must be a time from 1s to 365d'],
  [['--user', 'a', '--port', '0'], '--port must be a whole number from 1 to 65535, got: 0'],
  [['--user', 'a', '--data', ''], '--data must name a folder, got an empty value'],
  [['--usr', 'a'], "Unknown option '--usr'"],
])('rejects %j with an error that names the option', (args, message) => {
  expect(() => readOptions(args)).toThrow(message);
});

test.each([['90s', 90], ['15m', 900], ['1h', 3600], ['7d', 604_800], ['365d', 31_536_000]])(
  '--expires %s is %i seconds', (value, seconds) => {
    expect(readOptions(['--user', 'a', '--expires', value]).expiresInSeconds).toBe(seconds);
  },
);
