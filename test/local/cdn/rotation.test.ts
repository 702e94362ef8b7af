import fc from 'fast-check';
import { IMAGE } from './cdn';
import { generateSigningKey, type SigningKey } from '../../../local/cdn/key-file';
import { hasValidSignature, createKeyGroup, type KeyGroup } from '../../../local/cdn/signature';
import { DELIVERY } from '../../../src/contract';
import { buildPolicy, signedParameters } from '../../support/cdn-signer';

const BASE = 'https://d111111abcdef8.cloudfront.net';
const TTL = DELIVERY.URL_TTL_SECONDS;
const STEP = DELIVERY.EXPIRY_STEP_SECONDS;
/**
 * The time for which a signer keeps its key before it reads the secret again. An instance from before a deployment
 * works for as long (seconds).
 */
const CACHED = 2 * DELIVERY.KEY_KEPT_SECONDS;

/** The wait in addition to `urlTtl`, by docs/delivery.md and `Signing.generated()` (seconds). */
const WAIT = 30 * 60;

interface Handed {
  readonly query: readonly (readonly [string, string])[];
  readonly until: number;
  readonly keyId: string;
}

/**
 * The keys of the service: the signing key and the keys that CloudFront knows. Signers see a change late, each at its
 * own time.
 */
class Keys {
  readonly handed: Handed[] = [];
  now = 1_800_000_000;
  private group: SigningKey[] = [generateSigningKey()];
  private signing = this.group[0];
  private previous = this.group[0];
  private switchedAt = 0;

  get known(): KeyGroup {
    return createKeyGroup(this.group);
  }

  add(): void {
    this.group.push(generateSigningKey());
  }

  switch(): void {
    this.previous = this.signing;
    this.signing = this.group.at(-1)!;
    this.switchedAt = this.now;
  }

  remove(): void {
    this.group = [this.signing];
  }

  /** `late` signers have not read the secret again. */
  hand(late: boolean): void {
    const key = late && this.now < this.switchedAt + CACHED ? this.previous : this.signing;
    const until = Math.ceil((this.now + TTL) / STEP) * STEP;
    const parameters = signedParameters(key, buildPolicy({ resource: `${BASE}${IMAGE}/*`, until }));
    this.handed.push({ query: Object.entries(parameters), until, keyId: key.keyId });
  }
}

function allows({ query }: Handed, keys: KeyGroup, now: number): boolean {
  return hasValidSignature(
    { method: 'GET', base: BASE, uri: `${IMAGE}/thumb`, query, headers: new Map(), cookies: [] }, keys, now,
  );
}

const wait = fc.integer({ min: 0, max: TTL });
const use = fc.record({ seconds: wait, late: fc.boolean() });
const uses = fc.array(use, { maxLength: 4 });
const rotation = fc.record({ before: uses, added: uses, switched: uses, longer: wait });

/** Checks at each moment that valid URLs are allowed and expired ones are denied. */
function look(keys: Keys): void {
  const { known, now } = keys;
  for (const url of keys.handed) expect(allows(url, known, now)).toBe(now < url.until);
}

function pass(keys: Keys, turns: readonly { seconds: number; late: boolean }[]): void {
  for (const { seconds, late } of turns) {
    keys.hand(late);
    look(keys);
    keys.now += seconds;
    look(keys);
  }
}

test('add, switch, wait, remove: every valid URL is accepted until it expires', () => {
  fc.assert(fc.property(fc.array(rotation, { minLength: 1, maxLength: 3 }), rotations => {
    const keys = new Keys();
    for (const { before, added, switched, longer } of rotations) {
      pass(keys, before);
      keys.add();
      pass(keys, added);
      keys.switch();
      const removable = keys.now + TTL + WAIT;
      pass(keys, switched);
      keys.now = Math.max(keys.now, removable) + longer;
      look(keys);
      keys.remove();
      look(keys);
    }
    keys.now += TTL + STEP;
    look(keys);
    expect(keys.handed.filter(url => allows(url, keys.known, keys.now))).toEqual([]);
  }), { numRuns: 60 });
});

test(
  'a URL that a late signer makes with the old key ends within the wait, and not within the quarter of an hour that ends are rounded by',
  () => {
    const keys = new Keys();
    keys.now = Math.ceil(keys.now / STEP) * STEP + STEP - CACHED + 2;
    const switchedAt = keys.now;
    keys.add();
    keys.switch();
    keys.now += CACHED - 1;
    keys.hand(true);
    const [{ until }] = keys.handed;
    expect(until).toBeGreaterThan(switchedAt + TTL + STEP);
    expect(until).toBeLessThanOrEqual(switchedAt + TTL + WAIT);
  },
);

test('removing a key without the wait denies its valid URLs', () => {
  const keys = new Keys();
  keys.hand(false);
  keys.add();
  keys.switch();
  keys.remove();
  expect(allows(keys.handed[0], keys.known, keys.now)).toBe(false);
});

test('denies a URL signed by a key that CloudFront does not know yet: add comes before switch', () => {
  const keys = new Keys();
  const before = keys.known;
  keys.add();
  keys.switch();
  keys.hand(false);
  expect(allows(keys.handed[0], before, keys.now)).toBe(false);
  expect(allows(keys.handed[0], keys.known, keys.now)).toBe(true);
});
