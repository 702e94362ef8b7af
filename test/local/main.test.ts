import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runPrinted } from './support/run-printed';
import { ServerProcess } from './support/server-process';
import { readOptions, formatResetCommand } from '../../local/options';

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

function start(args: string[] = ['--port', '0', '--data', data], environment?: NodeJS.ProcessEnv): ServerProcess {
  const server = new ServerProcess(args, environment);
  servers.push(server);
  return server;
}

async function fetchList(url: string): Promise<{ images: { image_id: string; created_at: string }[] }> {
  return await (await fetch(`${url}/images`, { headers: { 'x-user-id': 'alice' } })).json() as {
    images: { image_id: string; created_at: string }[];
  };
}

test('--help lists every option', async () => {
  const server = start(['--help']);
  expect(await server.exited).toBe(0);
  for (const option of [
    '--port', '--host', '--allowed-host', '--data', '--reset', '--cors-origin', '--processing', '--delivery',
    '--auth', '--issuer', '--audience', '--jwks-uri', '--user-claim', '--groups-claim', '--required-scope',
    '--trusted-scope', '--trusted-clients',
    '--sweep-interval', '--wait', '--help',
  ]) {
    expect(server.output).toContain(option);
  }
});

test.each([
  [['--port', '80a'], '--port must be a whole number from 0 to 65535, got: 80a'],
  [['--port', '65536'], '--port must be a whole number from 0 to 65535, got: 65536'],
  [['--port=-1'], '--port must be a whole number from 0 to 65535, got: -1'],
  [
    ['--host', 'example.com'],
    '--host must be localhost or an IP address such as 127.0.0.1 or 0.0.0.0, got: example.com',
  ],
  [['--host', ''], '--host must be localhost or an IP address'],
  [['--host', '127.0.0.1:80'], '--host must be localhost or an IP address'],
  [
    ['--allowed-host', 'images.test:80'],
    '--allowed-host must be a host name without a port, such as images.test, got: images.test:80',
  ],
  [['--wait', '1.5'], '--wait must be a whole number from 0 to 3600, got: 1.5'],
  [['--data', ''], '--data must name a folder'],
  [
    ['--cors-origin', 'app.example.com'],
    '--cors-origin must be an origin such as https://app.example.com, got: app.example.com',
  ],
  [['--cors-origin', 'https://app.example.com/'], 'got: https://app.example.com/; without a path or a slash at the end it is https://app.example.com'],
  [['--sweep-interval', '0'], '--sweep-interval must be a whole number from 1 to 86400, got: 0'],
  [['--processing', 'all'], '--processing must be one of queue, none, got: all'],
  [['--delivery', 'all'], '--delivery must be one of presigned, signed, anyone, got: all'],
  [['--prot', '1'], "Unknown option '--prot'"],
  [['8080'], "Unexpected argument '8080'"],
])('rejects %j with an error that names the option', (args, message) => {
  expect(() => readOptions(args)).toThrow(message);
});

test('--host localhost is the loopback address', () => {
  expect(readOptions(['--host', 'localhost']).host).toBe('127.0.0.1');
});

test('the printed reset command keeps the other options, quoted for bash', () => {
  expect(formatResetCommand(['--reset', '--port', '8087', '--data', "Bob's images"])).toBe(
    "npm start -- --port 8087 --data 'Bob'\\''s images' --reset",
  );
  expect(formatResetCommand([])).toBe('npm start -- --reset');
});

test('a wrong option ends the start with one line', async () => {
  const server = start(['--port', 'x']);
  expect(await server.exited).toBe(1);
  expect(server.output.trim().split('\n')).toEqual(['✗ --port must be a whole number from 0 to 65535, got: x']);
});

test.each<[string[], string]>([
  [['8081'], 'npm passes on only options after two dashes, as in: npm start -- --port 8081'],
  [
    ['--port', '0', '--processing', 'none', '--delivery', 'signed'],
    '✗ --delivery must be presigned if --processing is none, got: signed; leave --delivery out, or the other setting',
  ],
])('the start with %j ends with the way out', async (args, hint) => {
  const server = start(args);
  expect(await server.exited).toBe(1);
  expect(server.output.split('\n')).toContain(hint);
});

test('the printed commands upload, confirm and list an image, and it is there after a kill', async () => {
  const first = start();
  await first.url();
  expect(first.output).not.toContain('\u001b[');
  expect(first.output).toContain(`To start with no data: npm start -- --port 0 --data ${data} --reset`);
  const [confirmed, listed] = runPrinted(first.output, folder).map(
    line => JSON.parse(line) as { image_id?: string; images?: { image_id: string }[] },
  );
  expect(listed.images!.map(({ image_id: id }) => id)).toEqual([confirmed.image_id]);
  await first.end('SIGKILL');

  const second = start();
  expect((await fetchList(await second.url())).images.map(({ image_id: id }) => id)).toEqual([confirmed.image_id]);
  expect(await second.end('SIGINT')).toBe(0);
  expect(existsSync(join(data, 'server.pid'))).toBe(false);

  const third = start(['--port', '0', '--data', data, '--reset']);
  expect((await fetchList(await third.url())).images).toEqual([]);
});

test('the server answers to the names and origins of its options, and to no others', async () => {
  const server = start([
    '--port', '0', '--data', data, '--allowed-host', 'images.test', '--cors-origin', 'https://app.example.com',
  ]);
  const { port } = new URL(await server.url());
  // `fetch` would not send these two headers.
  const fetchStatus = async (method: string, headers: Record<string, string>): Promise<number | undefined> => {
    const sent = request({
      host: '127.0.0.1',
      port,
      path: '/images',
      method,
      headers: { 'x-user-id': 'alice', 'host': 'localhost', ...headers },
    }).end();
    const [response] = await once(sent, 'response') as [IncomingMessage];
    response.resume();
    return response.statusCode;
  };
  expect(await Promise.all(['images.test', 'evil.example'].map(async host => fetchStatus('GET', { host })))).toEqual([
    200, 403,
  ]);
  const fromPage = async (origin: string) =>
    fetchStatus('POST', { origin, 'sec-fetch-site': 'cross-site', 'content-length': '0' });
  expect(await Promise.all(['https://app.example.com', 'https://evil.example'].map(fromPage))).toEqual([400, 403]);
});

test.each([
  [
    [],
    'No web page may call the API yet: allow yours with --cors-origin, for example --cors-origin http://localhost:5173.',
  ],
  [['--cors-origin', 'https://app.example.com'], 'Web pages of https://app.example.com may call the API.'],
])('the start says which web pages may call (%j)', async (args, sentence) => {
  const server = start(['--port', '0', '--data', data, ...args]);
  await server.url();
  expect(server.output).toContain(sentence);
});

test('a port in use is named, with the way out', async () => {
  const other = createServer();
  await new Promise<void>(resolve => other.listen(0, '127.0.0.1', resolve));
  const { port } = other.address() as AddressInfo;
  const server = start(['--port', String(port), '--data', data]);
  expect(await server.exited).toBe(1);
  expect(server.output).toContain(`port ${port} is in use: choose another with --port`);
  await new Promise(resolve => other.close(resolve));
});

test.each([[[]], [['--reset']]])('rejects a data folder in use, and leaves it unchanged (%j)', async more => {
  const first = start();
  const url = await first.url();
  runPrinted(first.output, folder);
  const second = start(['--port', '0', '--data', data, ...more]);
  expect(await second.exited).toBe(1);
  expect(second.output).toContain(
    `the data folder ${data} is in use by another server (process ${first.child.pid}): stop it, or choose another with --data`,
  );
  expect((await fetchList(url)).images).toHaveLength(1);
});

test('--reset removes nothing that is not its own', async () => {
  mkdirSync(data);
  writeFileSync(join(data, 'thesis.txt'), 'years of work');
  const server = start(['--port', '0', '--data', data, '--reset']);
  expect(await server.exited).toBe(1);
  expect(server.output).toContain('thesis.txt');
  expect(readFileSync(join(data, 'thesis.txt'), 'utf8')).toBe('years of work');
});

test('a folder with files of others is left alone, unless the server has used it before', async () => {
  mkdirSync(join(data, 'storage'), { recursive: true });
  ['a', 'b', 'c', 'thesis.txt'].forEach(name => writeFileSync(join(data, name), 'years of work'));
  const refused = start();
  expect(await refused.exited).toBe(1);
  expect(refused.output).toContain(
    `✗ --data must be an empty folder or one that this server has used before, got: ${data}, which holds a, b, c and 1 more`,
  );
  expect(readdirSync(data)).toHaveLength(5);
  ['a', 'b', 'c', 'thesis.txt'].forEach(name => rmSync(join(data, name)));
  const first = start();
  await first.url();
  expect(await first.end('SIGTERM')).toBe(0);
  writeFileSync(join(data, '.DS_Store'), '');
  await start().url();
});

test.each(['file', join('file', 'data'), '/proc/image-service'])(
  'rejects a data folder that cannot be created, with or without --reset: %s', async path => {
    writeFileSync(join(folder, 'file'), '');
    data = path.startsWith('/') ? path : join(folder, path);
    for (const more of [[], ['--reset']]) {
      const server = start(['--port', '0', '--data', data, ...more]);
      expect(await server.exited).toBe(1);
      expect(server.output).toContain(`✗ --data must be a folder that can be written, got: ${data}`);
    }
  },
);

test('data that cannot be read is said to be so', async () => {
  mkdirSync(join(data, 'storage', 'index'), { recursive: true });
  writeFileSync(join(data, 'storage', 'index', 'CURRENT'), 'MANIFEST-000099\n');
  const server = start();
  expect(await server.exited).toBe(1);
  expect(server.output).toMatch(
    /✗ the data in .* cannot be opened \(.*\): restore a backup, or delete the data with --reset/,
  );
  const reset = start(['--port', '0', '--data', data, '--reset']);
  await reset.url();
});

test('the clock can be moved', async () => {
  const day = 24 * 60 * 60_000;
  const server = start(undefined, { IMAGE_SERVICE_CLOCK_OFFSET_MS: String(day) });
  const url = await server.url();
  runPrinted(server.output, folder);
  const { images: [{ created_at: createdAt }] } = await fetchList(url);
  expect(Date.parse(createdAt) - Date.now()).toBeGreaterThan(day - 60_000);
  const wrong = start(undefined, { IMAGE_SERVICE_CLOCK_OFFSET_MS: 'tomorrow' });
  expect(await wrong.exited).toBe(1);
  expect(wrong.output).toContain('IMAGE_SERVICE_CLOCK_OFFSET_MS must be a whole number of milliseconds, got: tomorrow');
});

test.each([[[], '0100007F', 'localhost'], [['--host', '127.0.0.2'], '0200007F', '127.0.0.2']])(
  'with %j it listens on %s alone', async (args, address, name) => {
    const server = start(['--port', '0', '--data', data, ...args]);
    const url = await server.url();
    const { port, hostname } = new URL(url);
    const sockets = readFileSync('/proc/net/tcp', 'utf8').split('\n').map(line => line.trim().split(/\s+/)).filter(
      ([, , , state]) => state === '0A',
    );
    const hex = Number(port).toString(16).toUpperCase().padStart(4, '0');
    expect(sockets.map(([, local]) => local).filter(local => local.endsWith(`:${hex}`))).toEqual([`${address}:${hex}`]);
    expect(hostname).toBe(name);
    expect(runPrinted(server.output, folder)).toHaveLength(2);
  },
);

test('rejects an address of another machine', async () => {
  const server = start(['--port', '0', '--data', data, '--host', '192.0.2.1']);
  expect(await server.exited).toBe(1);
  expect(server.output).toContain('this machine has no address 192.0.2.1: choose another with --host');
});

test("nothing of the developer's own account reaches it", async () => {
  mkdirSync(join(folder, '.aws'));
  writeFileSync(
    join(folder, '.aws', 'config'),
    '[default]\nignore_configured_endpoint_urls = true\n[profile work]\nuse_fips_endpoint = true\n',
  );
  const nowhere = 'http://127.0.0.1:1';
  const server = start(undefined, {
    HOME: folder,
    AWS_PROFILE: 'work',
    AWS_SESSION_TOKEN: 'x',
    AWS_ENDPOINT_URL_S3: nowhere,
    AWS_ENDPOINT_URL_DYNAMODB: nowhere,
    AWS_ENDPOINT_URL: '',
  });
  await server.url();
  expect(runPrinted(server.output, folder)).toHaveLength(2);
});
