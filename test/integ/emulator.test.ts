import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEmulator, describeStart } from '../../integ/emulators/emulator';
import { readOptions } from '../../integ/emulators/options';
import { Progress } from '../../integ/emulators/progress';
import { freePort } from '../support/free-port';

test('an emulator that is not there is waited for, and then it is said what to do', async () => {
  const endpoint = `http://127.0.0.1:${await freePort()}`;
  const options = readOptions([], { AWS_ENDPOINT_URL: endpoint });
  const folder = mkdtempSync(join(tmpdir(), 'emulator-'));
  expect(describeStart(options)).toBe(`wait for ministack at ${endpoint}`);
  await expect(openEmulator(options, new Progress(folder))).rejects
    .toThrow(`no emulator answers at ${endpoint}: start it, correct AWS_ENDPOINT_URL, or unset it`);
  rmSync(folder, { recursive: true });
}, 20_000);

test('another emulator than was named is not taken for it', async () => {
  const server = createServer((_request, response) => response.end('{}')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const folder = mkdtempSync(join(tmpdir(), 'emulator-'));
  const open = async (EMULATOR: string) =>
    openEmulator(readOptions([], { EMULATOR, AWS_ENDPOINT_URL: endpoint }), new Progress(folder));
  await expect(open('localstack')).rejects.toThrow(
    `EMULATOR is localstack, but it is ministack that answers at ${endpoint}`,
  );
  await expect(open('ministack')).resolves.toMatchObject({ name: 'ministack', endpoint });
  server.close();
  rmSync(folder, { recursive: true });
});

test('an EMULATOR_COMMAND that is none ends with its log', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'emulator-'));
  const environment = {
    EMULATOR_COMMAND: 'no-such-emulator',
    AWS_ENDPOINT_URL: `http://127.0.0.1:${await freePort()}`,
  };
  await expect(openEmulator(readOptions([], environment), new Progress(folder))).rejects.toThrow(
    'the emulator ended with 127 before it served',
  );
  rmSync(folder, { recursive: true });
}, 30_000);

test.each([{}, { AWS_ENDPOINT_URL: 'http://127.0.0.1:4566', EMULATOR_COMMAND: 'ministack' }])(
  'one of its own is started: %j', environment => {
    expect(describeStart(readOptions([], environment))).toBe('start ministack');
  },
);
