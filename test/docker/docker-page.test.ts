import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { readCompose, ROOT } from './compose';

const COMMAND = /\bdocker compose [^`\n#]+/g;

interface Command {
  readonly files: readonly string[];
  readonly verb: string;
  readonly services: readonly string[];
  /** Commands that run inside the container. */
  readonly inner: string;
}

function parseCommands(text: string): Command[] {
  return [...text.matchAll(COMMAND)].map(([command]) => parse(command.trim()));
}

function parse(command: string): Command {
  const [, before, verb, after = ''] = /^docker compose ((?:-\S+ \S+ )*)(\w+)(?: (.*))?$/.exec(command)!;
  const words = after.split(' ');
  const files = [...before.matchAll(/-f (\S+)/g)].map(([, file]) => file);
  if (verb === 'exec') return { files, verb, services: words.slice(0, 1), inner: words.slice(1).join(' ') };
  const services = words.filter((word, i) => word !== '' && !word.startsWith('-') && words[i - 1] !== '--tail');
  return { files, verb, services, inner: '' };
}

const PAGE = readFileSync(join(ROOT, 'docs', 'docker.md'), 'utf8');
const PLACES: Record<string, string> = {
  'docs/docker.md': PAGE,
  ...Object.fromEntries(['docker-compose.yml', 'docker-compose.dev.yml', 'Dockerfile'].map(
    file => [file, readFileSync(join(ROOT, file), 'utf8')],
  )),
};

test('every `docker compose` command in the documents names files and services that exist', () => {
  const known = Object.keys(readCompose('docker-compose.yml').services);
  const commands = Object.values(PLACES).flatMap(parseCommands);
  expect(commands.length).toBeGreaterThan(2);
  expect(commands.flatMap(({ files }) => files).filter(file => !existsSync(join(ROOT, file)))).toEqual([]);
  expect(commands.flatMap(({ services }) => services).filter(service => !known.includes(service))).toEqual([]);
  const verbs = ['build', 'down', 'exec', 'logs', 'restart', 'up'];
  expect(commands.map(({ verb }) => verb).filter(verb => !verbs.includes(verb))).toEqual([]);
});

describe('docs/docker.md', () => {
  test('has what is done every day', () => {
    const commands = parseCommands(PAGE).map(({ verb, services }) => [verb, ...services].join(' '));
    expect(commands).toEqual(expect.arrayContaining([
      'up', 'build image-service', 'up image-service', 'restart image-service', 'logs image-service',
      'logs localstack image-service',
      'exec image-service', 'down',
    ]));
  });

  test('its look from inside the container works with what the image has: Node', async () => {
    const [{ inner }] = parseCommands(PAGE).filter(({ verb }) => verb === 'exec');
    const server = createServer((
      request, response,
    ) => response.writeHead(request.url === '/_localstack/health' ? 200 : 404).end('{"services":{}}'));
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    try {
      const AWS_ENDPOINT_URL = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      const { stdout } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', inner], {
        env: { PATH: process.env.PATH, AWS_ENDPOINT_URL },
      });
      expect(stdout).toMatch(/200[^]*services/);
    } finally {
      server.close();
    }
  });
});
