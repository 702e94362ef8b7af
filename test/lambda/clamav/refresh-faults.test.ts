import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Bucket } from './support/bucket';
import { database } from './support/database';
import { openDefinitionStore } from '../../../lambda/aws/definitions-bucket';
import { Definitions } from '../../../lambda/clamav/definitions';
import { refresh } from '../../../lambda/clamav/refresh';
import type { DefinitionStore } from '../../../lambda/domain/scan-ports';
import { BUCKET } from '../../security/presigned';

const NOW = Date.UTC(2027, 0, 1);
const LOG = { info: () => undefined, warn: () => undefined };
const { PATH } = process.env;

let bucket: Bucket;
let folder: string;
let store: DefinitionStore;

beforeEach(async () => {
  bucket = await Bucket.open();
  Object.assign(process.env, bucket.environment);
  folder = mkdtempSync(join(tmpdir(), 'refresh-faults-'));
  process.env.PATH = `${folder}:${PATH}`;
  store = openDefinitionStore(BUCKET, true);
});
afterEach(async () => {
  process.env.PATH = PATH;
  await bucket.close();
  rmSync(folder, { recursive: true });
});

/** A mirror with new versions of both files. */
function mirror(version: number): void {
  for (const name of ['daily', 'main']) {
    writeFileSync(join(folder, `${name}.new`), database(name, { version, builtAt: NOW }));
  }
  const copy = (name: string) => `cp ${folder}/${name}.new "$to/${name}.cvd"`;
  const lines = [
    '#!/bin/sh', 'to=$(sed -n "s/^DatabaseDirectory //p" "$2")', copy('daily'), copy('main'),
    `echo ${version} > "$to/freshclam.dat"`,
  ];
  writeFileSync(join(folder, 'freshclam'), `${lines.join('\n')}\n`, { mode: 0o755 });
}

const refreshOn = async (on: DefinitionStore) =>
  refresh({ store: on, folder: join(folder, 'work'), mirror: 'unused', milliseconds: 20_000, log: LOG });

/** The version that a new function instance reads; all files of one set have one version. */
async function readNow(): Promise<number> {
  const definitions = new Definitions(store, join(folder, 'reader'), Infinity, LOG);
  return (await definitions.getTrusted(NOW)).version;
}

/** Ends the process before its n-th call to the store. */
function dying(before: number, calls: string[]): DefinitionStore {
  return new Proxy(store, {
    get: (target, name: keyof DefinitionStore) => async (...args: never[]) => {
      if (calls.length === before) throw new Error('the process died');
      calls.push(name);
      return (target[name] as (...given: never[]) => Promise<unknown>)(...args);
    },
  });
}

test('a refresh that dies before any of its calls leaves one whole set, and the next one completes it', async () => {
  mirror(1);
  await refreshOn(store);
  let isWhole = false;
  for (let before = 0, version = 1; !isWhole; before++) {
    mirror(version + 1);
    const calls: string[] = [];
    isWhole = await refreshOn(dying(before, calls)).then(() => true, () => false);
    const read = await readNow();
    expect([before, read]).toEqual([before, calls.includes('writeList') ? version + 1 : version]);
    version = read;
    if (isWhole) {
      expect(calls).toEqual(
        expect.arrayContaining(['download', 'readState', 'writeState', 'upload', 'writeList', 'remove']),
      );
    }
  }
  mirror(100);
  expect(await refreshOn(store)).toMatchObject({ daily: 100 });
  expect(await readNow()).toBe(100);
}, 60_000);

test('a reader that has the list of before still finds all that it names', async () => {
  mirror(1);
  await refreshOn(store);
  const before = (await store.readList())!;
  mirror(2);
  await refreshOn(store);
  const late: DefinitionStore = { ...store, readList: async () => before };
  const definitions = new Definitions(late, join(folder, 'reader'), Infinity, LOG);
  expect((await definitions.getTrusted(NOW)).version).toBe(1);
});
