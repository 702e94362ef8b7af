import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT, runPrinted } from './support/run-printed';
import { ServerProcess } from './support/server-process';
import { createToken } from '../../local/auth/create-token';
import { readIssuerKey } from '../../local/auth/issuer-key';

jest.setTimeout(60_000);

let folder: string;
let data: string;
let servers: ServerProcess[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'local-'));
  data = join(folder, 'data');
  servers = [];
});

afterEach(async () => {
  await Promise.all(
    servers.map(async server => server.child.exitCode ?? server.child.signalCode ?? server.end('SIGKILL')),
  );
  rmSync(folder, { recursive: true });
});

function start(args: string[]): ServerProcess {
  const server = new ServerProcess(args);
  servers.push(server);
  return server;
}

test('with --auth jwt the printed commands get a token, which is valid after a restart', async () => {
  const args = ['--port', '0', '--data', data, '--auth', 'jwt', '--required-scope', 'images/use'];
  const first = start(args);
  const { port } = new URL(await first.url());
  const lines = runPrinted(first.output, folder);
  const listed = JSON.parse(lines[1]) as { images: { user_id: string }[] };
  expect(listed.images.map(({ user_id: user }) => user)).toEqual(['alice']);
  const token = execFileSync('npx', [
    'tsx', 'local/token/main.ts', '--user', 'alice', '--scope', 'images/use', '--data', data,
  ], { cwd: ROOT, encoding: 'utf8' }).trim();
  const foreign = createToken(readIssuerKey(join(data, 'token-key.json')), {
    issuer: 'http://localhost:1', user: 'alice', client: 'web', expiresInSeconds: 60,
  });
  await fetch(`${await first.url()}/images`, { headers: { authorization: `Bearer ${foreign}` } });
  await first.end('SIGKILL');
  expect(first.output.split('\n').filter(line => line.includes('denied'))).toEqual([
    `denied a token (401, issuer): its iss must be http://localhost:${port}`,
  ]);
  expect(first.output).not.toContain('authorization decided');
  expect(first.output).not.toContain(foreign);

  const second = start([...args.slice(2), '--port', port]);
  const url = await second.url();
  const fetchStatus = async (headers: Record<string, string>) => (await fetch(`${url}/images`, { headers })).status;
  expect(await fetchStatus({ authorization: `Bearer ${token}` })).toBe(200);
  expect(await fetchStatus({ 'x-user-id': 'alice' })).toBe(401);
});

test('the ready message of another issuer asks for its token', async () => {
  const server = start([
    '--port', '0', '--data', data, '--auth', 'jwt', '--issuer', 'https://issuer.example.com', '--audience', 'images',
  ]);
  await server.url();
  expect(server.output).toContain("\ntoken='paste a token of https://issuer.example.com here'\n");
  expect(server.output).toContain('Every request needs a token of https://issuer.example.com, which names its user.');
});

test('a server that issues tokens listens on this machine', async () => {
  const server = start(['--port', '0', '--data', data, '--auth', 'jwt', '--host', '127.0.0.2']);
  expect(await server.exited).toBe(1);
  expect(server.output).toMatch(
    /✗ --host must be 127\.0\.0\.1, 0\.0\.0\.0 or :: if the server issues tokens itself, got an address of http:\/\/127\.0\.0\.2:\d+; choose one of them, or add --issuer/,
  );
});
