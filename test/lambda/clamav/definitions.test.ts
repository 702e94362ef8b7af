import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Bucket } from './support/bucket';
import { database } from './support/database';
import { openDefinitionStore } from '../../../lambda/aws/definitions-bucket';
import { Definitions } from '../../../lambda/clamav/definitions';
import { BUCKET } from '../../security/presigned';

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
const START = Date.UTC(2027, 0, 1);
const MAIN = database('main', { builtAt: START - 5000 * HOUR_MS });
const daily = (version: number, builtAt = START) => ({
  'daily.cud': database('daily', { version, builtAt }),
  'main.cud': MAIN,
});

let bucket: Bucket;
let folder: string;
let warnings: string[];
let definitions: Definitions;

beforeEach(async () => {
  bucket = await Bucket.open();
  Object.assign(process.env, bucket.environment);
  folder = mkdtempSync(join(tmpdir(), 'definitions-'));
  warnings = [];
  const log = { info: () => undefined, warn: (message: string) => void warnings.push(message) };
  definitions = new Definitions(openDefinitionStore(BUCKET, true), folder, 48 * HOUR_MS, log);
});
afterEach(async () => {
  await bucket.close();
  rmSync(folder, { recursive: true });
});

test('newer ones are looked for every ten minutes, and only what changed is fetched', async () => {
  await bucket.define(daily(1));
  const first = await definitions.getTrusted(START);
  const inode = statSync(join(first.folder, 'main.cud')).ino;
  const { files } = await bucket.define(daily(2));
  await bucket.delete(`definitions/${files.find(({ name }) => name === 'main.cud')!.hash}/main.cud`);
  expect(await definitions.getTrusted(START + 9 * MINUTE_MS)).toBe(first);
  const second = await definitions.getTrusted(START + 10 * MINUTE_MS);
  expect(second).toMatchObject({ version: 2, builtAt: START });
  expect(statSync(join(second.folder, 'main.cud')).ino).toBe(inode);
  expect(readdirSync(folder)).toEqual([second.folder.split('/').at(-1)]);
});

test('the same list is the same definitions: clamd is not started anew', async () => {
  await bucket.define(daily(1));
  const first = await definitions.getTrusted(START);
  expect(await definitions.getTrusted(START + HOUR_MS)).toBe(first);
});

test('those that are held grow old', async () => {
  await bucket.define(daily(1));
  await definitions.getTrusted(START + 48 * HOUR_MS);
  await expect(definitions.getTrusted(START + 48 * HOUR_MS + 1)).rejects.toThrow(
    'must be newer than 48 hours, got: daily 1, which is 48 hours old',
  );
  await bucket.define(daily(2, START + 47 * HOUR_MS));
  expect(await definitions.getTrusted(START + 49 * HOUR_MS)).toMatchObject({ version: 2 });
});

test.each([
  ['cannot be read', async () => bucket.put('definitions/list.json', '{')],
  ['is gone', async () => bucket.delete('definitions/list.json')],
  ['names what is not there', async () => {
    const { files } = await bucket.define(daily(2));
    for (const { hash, name } of files) await bucket.delete(`definitions/${hash}/${name}`);
  }],
])('while the list %s, those that are held stay as good as their age', async (_what, spoil) => {
  await bucket.define(daily(1));
  const first = await definitions.getTrusted(START);
  await spoil();
  expect(await definitions.getTrusted(START + HOUR_MS)).toBe(first);
  expect(warnings).toEqual(['check for newer definitions failed; the present ones stay in use']);
  expect(readdirSync(first.folder).sort()).toEqual(['daily.cud', 'main.cud']);
  await expect(definitions.getTrusted(START + 49 * HOUR_MS)).rejects.toThrow('must be newer than 48 hours');
});

test('what is in the bucket under another name than a database has is not taken', async () => {
  await bucket.define(daily(1));
  await bucket.put(
    'definitions/list.json',
    JSON.stringify({ files: [{ name: '../../evil.cvd', size: 1, hash: 'a'.repeat(64) }], retired: [] }),
  );
  await expect(definitions.getTrusted(START)).rejects.toThrow('files.0.name: must be the name of a database');
});
