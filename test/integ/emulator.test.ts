import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEmulator, openingOf } from '../../integ/emulators/emulator';
import { readOptions } from '../../integ/emulators/options';
import { Progress } from '../../integ/emulators/progress';
import { freePort } from '../support/free-port';

test('an emulator that is not there is waited for, and then it is said what to do', async () => {
  const endpoint = `http://127.0.0.1:${await freePort()}`;
  const options = readOptions([], { AWS_ENDPOINT_URL: endpoint });
  const folder = mkdtempSync(join(tmpdir(), 'emulator-'));
  expect(openingOf(options)).toBe(`wait for ministack at ${endpoint}`);
  await expect(openEmulator(options, new Progress(folder))).rejects
    .toThrow(`no emulator answers at ${endpoint}: start it, correct AWS_ENDPOINT_URL, or unset it`);
  rmSync(folder, { recursive: true });
}, 20_000);

test.each([{}, { AWS_ENDPOINT_URL: 'http://127.0.0.1:4566', EMULATOR_COMMAND: 'ministack' }])('one of its own is started: %j', environment => {
  expect(openingOf(readOptions([], environment))).toBe('start ministack');
});
