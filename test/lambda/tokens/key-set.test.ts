import type { PublicKey } from '../../../lambda/domain/token/ports';
import { createKeySet } from '../../../lambda/tokens/key-set';

const SECONDS = 1000;
const MINUTES = 60 * SECONDS;

let now: number;
let served: PublicKey[] | Error;
let loads: number;
let failures: unknown[];

beforeEach(() => {
  now = Date.UTC(2026, 10, 30);
  served = [buildKey('a')];
  loads = 0;
  failures = [];
});

function buildKey(kid: string, x = 'x'): PublicKey {
  return { kid, kty: 'OKP', crv: 'Ed25519', x };
}

function createSet(load?: () => Promise<readonly PublicKey[]>) {
  return createKeySet({
    now: () => now,
    load: async () => {
      loads++;
      if (load) return load();
      if (served instanceof Error) throw served;
      return served;
    },
    onFailure: error => failures.push(error),
  });
}

const listIds = async (found: Promise<readonly PublicKey[]>) => (await found).map(({ kid }) => kid);

test('reads the keys with the first token, and keeps them', async () => {
  const keys = createSet();
  expect(loads).toBe(0);
  for (let i = 0; i < 100; i++) expect(await listIds(keys.find('a'))).toEqual(['a']);
  expect(loads).toBe(1);
});

test('1,000 made-up keys cause one read in 30 seconds', async () => {
  const keys = createSet();
  await keys.find('a');
  for (let i = 0; i < 1000; i++) {
    now += 29;
    expect(await keys.find(`made-up-${i}`)).toEqual([]);
  }
  expect(loads).toBe(1);
  now += 30 * SECONDS;
  for (let i = 0; i < 1000; i++) expect(await keys.find(`made-up-${i}`)).toEqual([]);
  expect(loads).toBe(2);
});

test('1,000 made-up keys at once cause one read', async () => {
  const keys = createSet();
  const found = await Promise.all(Array.from({ length: 1000 }, async (_, i) => keys.find(i === 500 ? 'a' : `x${i}`)));
  expect(found.flat()).toEqual([buildKey('a')]);
  expect(loads).toBe(1);
});

test('accepts a new key 30 seconds after the last read', async () => {
  const keys = createSet();
  await keys.find('a');
  served = [buildKey('a'), buildKey('b')];
  now += 30 * SECONDS - 1;
  expect(await keys.find('b')).toEqual([]);
  now += 1;
  expect(await listIds(keys.find('b'))).toEqual(['b']);
});

test('refuses a withdrawn key and takes a replaced one after five minutes in use', async () => {
  const keys = createSet();
  await keys.find('a');
  served = [buildKey('a', 'replaced')];
  now += 5 * MINUTES - 1;
  expect(await keys.find('a')).toEqual([buildKey('a')]);
  now += 1;
  expect(await keys.find('a')).toEqual([buildKey('a', 'replaced')]);
  served = [];
  now += 5 * MINUTES;
  expect(await keys.find('a')).toEqual([]);
});

test('known keys stay valid while the issuer fails, and it is asked once in 30 seconds', async () => {
  const keys = createSet();
  await keys.find('a');
  served = new Error('down');
  for (let passed = 0; passed < 120 * MINUTES; passed += SECONDS) {
    now += SECONDS;
    expect(await listIds(keys.find('a'))).toEqual(['a']);
    expect(await keys.find('unknown')).toEqual([]);
  }
  expect(loads).toBe(1 + 120 * 2);
  expect(failures).toHaveLength(120 * 2);
  served = [buildKey('b')];
  now += 30 * SECONDS;
  expect(await keys.find('a')).toEqual([]);
});

test('fails while no keys are known, and asks again after 30 seconds', async () => {
  served = new Error('down');
  const keys = createSet();
  await expect(keys.find('a')).rejects.toMatchObject({ name: 'KeysUnavailable', cause: served });
  served = [buildKey('a')];
  now += 30 * SECONDS - 1;
  await expect(keys.find('a')).rejects.toMatchObject({ name: 'KeysUnavailable' });
  expect(loads).toBe(1);
  now += 1;
  expect(await listIds(keys.find('a'))).toEqual(['a']);
});

test('an issuer that has withdrawn all keys is available, and has none', async () => {
  served = [];
  expect(await createSet().find('a')).toEqual([]);
});

test('a slow read holds up neither known keys of others, nor their count', async () => {
  let finish = (_: readonly PublicKey[]) => undefined as void;
  let isSlow = false;
  const keys = createSet(async () => isSlow ? new Promise(resolve => { finish = resolve; }) : [buildKey('a')]);
  await keys.find('a');
  isSlow = true;
  now += 6 * MINUTES;
  const reading = keys.find('a');
  const unknown = keys.find('b');
  expect(await listIds(keys.find('a'))).toEqual(['a']);
  now += 40 * SECONDS;
  expect(await listIds(keys.find('a'))).toEqual(['a']);
  expect(loads).toBe(2);
  finish([buildKey('a', 'new'), buildKey('b')]);
  expect([await reading, await unknown]).toEqual([[buildKey('a', 'new')], [buildKey('b')]]);
});

test('a clock that is set back stops no read', async () => {
  const keys = createSet();
  await keys.find('a');
  now -= 60 * MINUTES;
  served = [buildKey('b')];
  expect(await listIds(keys.find('b'))).toEqual(['b']);
});

test('finds all keys with one id', async () => {
  served = [buildKey('a', '1'), buildKey('b'), buildKey('a', '2')];
  expect(await createSet().find('a')).toEqual([buildKey('a', '1'), buildKey('a', '2')]);
});
