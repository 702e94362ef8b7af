import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Bucket } from './support/bucket';
import { database, EICAR, type DatabaseOptions } from './support/database';
import { HandlerProcess, metricsIn } from './support/handler-process';
import type { DefinitionList } from '../../../lambda/clamav/definition-list';
import type { Refreshed } from '../../../lambda/clamav/refresh';

const OTHER = Buffer.from('0123456789abcdef');
const LIST = 'definitions/list.json';
const STATE = 'definitions/freshclam.dat';

const NOW = Date.now();
const daily = (version: number, more: DatabaseOptions = {}) => database('daily', { version, builtAt: NOW, ...more });
const MAIN = database('main', { version: 62, pattern: OTHER, builtAt: 1_700_000_000_000 });

jest.setTimeout(120_000);

/**
 * A fake freshclam, since ClamAV's definitions are not for tests. It makes one change to the folder in its
 * configuration.
 */
describe('the function that refreshes the definitions', () => {
  let bucket: Bucket;
  let handler: HandlerProcess;
  let tools: string;

  beforeEach(async () => {
    bucket = await Bucket.open();
    tools = mkdtempSync(join(tmpdir(), 'freshclam-'));
    handler = await HandlerProcess.open('refresh', { ...bucket.environment, PATH: `${tools}:${process.env.PATH}` });
  });
  afterEach(async () => {
    handler.close();
    rmSync(tools, { recursive: true });
    await bucket.close();
  });

  /** Sets the mirror's files; `script` is the rest of freshclam's work. */
  const mirror = (files: Readonly<Record<string, Buffer>>, script = ''): void => {
    for (const [name, bytes] of Object.entries(files)) writeFileSync(join(tools, `mirror-${name}`), bytes);
    const copies = Object.keys(files).map(name => `cp ${tools}/mirror-${name} "$to/${name}"`);
    const text = [
      '#!/bin/sh', 'to=$(sed -n "s/^DatabaseDirectory //p" "$2")', `ls "$to" > ${tools}/found`, ...copies, script,
    ].join('\n');
    writeFileSync(join(tools, 'freshclam'), `${text}\n`);
    chmodSync(join(tools, 'freshclam'), 0o755);
  };
  const refresh = async (remainingMs?: number) => handler.invoke<Refreshed>({}, remainingMs);
  const list = async (): Promise<DefinitionList> => JSON.parse((await bucket.read(LIST))!);
  const inForce = async () => Object.fromEntries(await Promise.all(
    (await list()).files.map(async ({ name, hash }) => [name, await bucket.read(`definitions/${hash}/${name}`)]),
  ));
  const text = (bytes: Buffer) => bytes.toString('latin1');

  test('fills an empty bucket, and leaves it alone while nothing is newer', async () => {
    mirror({ 'daily.cvd': daily(1), 'main.cvd': MAIN, 'junk.txt': Buffer.from('x') });
    expect(await refresh()).toEqual({ changed: true, daily: 1, main: 62 });
    expect(await inForce()).toEqual({ 'daily.cvd': text(daily(1)), 'main.cvd': text(MAIN) });
    mirror({});
    const before = await bucket.keys();
    expect(await refresh()).toEqual({ changed: false, daily: 1, main: 62 });
    expect(await bucket.keys()).toEqual(before);
  });

  test(
    'gives freshclam what there is, takes what it makes of that, and keeps the last set for readers who are at it',
    async () => {
      mirror({ 'daily.cvd': daily(1), 'main.cvd': MAIN });
      await refresh();
      const first = await list();
      mirror({ 'daily.cld': daily(2) }, 'rm "$to/daily.cvd"');
      expect(await refresh()).toEqual({ changed: true, daily: 2, main: 62 });
      expect(await inForce()).toEqual({ 'daily.cld': text(daily(2)), 'main.cvd': text(MAIN) });
      const old = first.files.find(({ name }) => name === 'daily.cvd')!;
      expect((await list()).retired).toEqual([old]);
      expect(await bucket.keys()).toContain(`definitions/${old.hash}/daily.cvd`);
      mirror({ 'daily.cld': daily(3) });
      await refresh();
      expect(await bucket.keys()).not.toContain(`definitions/${old.hash}/daily.cvd`);
      expect(Object.keys(await inForce())).toEqual(['daily.cld', 'main.cvd']);
    },
  );

  test(
    'takes seeded definitions before it asks the mirror, so that a mirror that refuses does not matter', async () => {
      await bucket.put('seed/daily.cvd', daily(7));
      await bucket.put('seed/main.cvd', MAIN);
      await bucket.put('seed/notes.txt', 'no database');
      mirror({}, 'exit 58');
      await expect(refresh()).rejects.toThrow('freshclam ended with code 58');
      expect(await inForce()).toEqual({ 'daily.cvd': text(daily(7)), 'main.cvd': text(MAIN) });
      expect((await bucket.keys()).filter(key => key.startsWith('seed/'))).toEqual(['seed/notes.txt']);
      mirror({ 'daily.cld': daily(8) }, 'rm "$to/daily.cvd"');
      expect(await refresh()).toEqual({ changed: true, daily: 8, main: 62 });
    },
  );

  test.each([
    ['older than those in force', { 'daily.cvd': daily(4), 'main.cvd': MAIN }, 'not newer than those in force'],
    ['without main', { 'daily.cvd': daily(9) }, 'cannot be used'],
    ['broken', { 'daily.cvd': daily(9).subarray(0, 100), 'main.cvd': MAIN }, 'cannot be used'],
  ])('leaves seeded definitions that are %s', async (_what, files, warning) => {
    mirror({ 'daily.cvd': daily(5), 'main.cvd': MAIN });
    await refresh();
    for (const [name, bytes] of Object.entries(files)) await bucket.put(`seed/${name}`, bytes);
    mirror({});
    expect(await refresh()).toEqual({ changed: false, daily: 5, main: 62 });
    expect(await inForce()).toEqual({ 'daily.cvd': text(daily(5)), 'main.cvd': text(MAIN) });
    expect(handler.log).toContain(warning);
  });

  test('replaces definitions in force by newer seeded ones', async () => {
    mirror({ 'daily.cvd': daily(5), 'main.cvd': MAIN });
    await refresh();
    await bucket.put('seed/daily.cvd', daily(9));
    await bucket.put('seed/main.cvd', MAIN);
    mirror({});
    expect(await refresh()).toEqual({ changed: true, daily: 9, main: 62 });
    expect((await list()).retired).toHaveLength(1);
  });

  /** freshclam.conf(5): `PrivateMirror` replaces `DatabaseMirror`. */
  test("asks the private mirror that it is told of, and ClamAV's own without one", async () => {
    mirror({ 'daily.cvd': daily(1), 'main.cvd': MAIN }, `grep Mirror "$2" > ${tools}/mirrors`);
    await refresh();
    expect(readFileSync(join(tools, 'mirrors'), 'utf8')).toBe('DatabaseMirror database.clamav.net\n');
    const told = await HandlerProcess.open('refresh', {
      ...bucket.environment,
      PATH: `${tools}:${process.env.PATH}`,
      DEFINITIONS_MIRROR: 'https://clamav.example.com',
    });
    await told.invoke({}).finally(() => told.close());
    expect(readFileSync(join(tools, 'mirrors'), 'utf8')).toBe('PrivateMirror https://clamav.example.com\n');
  });

  test('reports how old the definitions are, also where the mirror does not answer', async () => {
    mirror({ 'daily.cvd': database('daily', { version: 1, builtAt: NOW - 7200_000 }), 'main.cvd': MAIN });
    await refresh();
    mirror({}, 'exit 58');
    await expect(refresh()).rejects.toThrow();
    const ages = metricsIn(handler.log).map(({ ScannerDefinitionsAge: age }) => age);
    expect(ages).toHaveLength(2);
    for (const age of ages) expect(age).toBeGreaterThanOrEqual(7200);
  });

  const FAULTS: [string, Record<string, Buffer>, string, RegExp][] = [
    [
      'ends with an error', { 'daily.cvd': daily(2) }, 'echo "ERROR: Can not reach the mirror"; exit 58',
      /freshclam ended with code 58: [^]*Can not reach the mirror/,
    ],
    ['hangs', { 'daily.cvd': daily(2) }, 'exec sleep 600', /freshclam was ended by SIGKILL/],
    ['loses a database', {}, 'rm "$to/main.cvd"', /the definitions must include main\.cvd or main\.cld/],
    [
      'brings an older one', { 'daily.cvd': daily(1, { pattern: EICAR.subarray(1) }) }, '',
      /daily of the mirror must not be older than version 5 in the bucket, got: version 1/,
    ],
    ['brings half of one', { 'daily.cvd': daily(6).subarray(0, 500) }, '', /must begin with the header/],
    ['brings one twice', { 'daily.cld': daily(6) }, '', /the definitions must include exactly one daily file/],
  ];
  test.each(FAULTS)('freshclam that %s changes nothing', async (_what, files, script, reason) => {
    mirror({ 'daily.cvd': daily(5), 'main.cvd': MAIN });
    await refresh();
    const before = [await bucket.keys(), await bucket.read(LIST)];
    mirror(files, script);
    await expect(refresh(62_000)).rejects.toThrow(reason);
    expect([await bucket.keys(), await bucket.read(LIST)]).toEqual(before);
  });

  test('an absent freshclam is said to be absent', async () => {
    const bare = await HandlerProcess.open('refresh', { ...bucket.environment, PATH: '/nowhere' });
    await expect(bare.invoke({})).rejects.toThrow('freshclam could not be started: spawn freshclam ENOENT');
    bare.close();
    expect(await bucket.keys()).toEqual([]);
  });

  test('a freshclam that is content, and has brought nothing, leaves nothing', async () => {
    mirror({});
    await expect(refresh()).rejects.toThrow('the definitions must include daily.cvd or daily.cld, got: none');
    expect(await bucket.keys()).toEqual([]);
  });

  test('what freshclam remembers is there at its next run, of a run that failed, too', async () => {
    mirror({}, 'echo "wait an hour" > "$to/freshclam.dat"; exit 1');
    await expect(refresh()).rejects.toThrow('freshclam ended with code 1');
    expect(await bucket.read(STATE)).toBe('wait an hour\n');
    mirror({ 'daily.cvd': daily(1), 'main.cvd': MAIN }, 'grep -q "wait an hour" "$to/freshclam.dat"');
    expect(await refresh()).toMatchObject({ changed: true });
  });

  test.each([
    ['a list that is none', async () => bucket.put(LIST, '{}')],
    ['a list whose files are gone', async () => {
      for (const key of await bucket.keys()) {
        if (key !== LIST) await bucket.delete(key);
      }
    }],
    ['a list that names a path', async () => bucket.put(
      LIST, JSON.stringify({ files: [{ name: '../daily.cvd', size: 1, hash: '0'.repeat(64) }], retired: [] }),
    )],
  ])('%s is replaced', async (_what, spoil) => {
    mirror({ 'daily.cvd': daily(1), 'main.cvd': MAIN });
    await refresh();
    await spoil();
    mirror({ 'daily.cvd': daily(1), 'main.cvd': MAIN });
    expect(await refresh()).toEqual({ changed: true, daily: 1, main: 62 });
    expect(await inForce()).toEqual({ 'daily.cvd': text(daily(1)), 'main.cvd': text(MAIN) });
    expect(handler.log).toContain('are unusable; downloading all again');
  });
});
