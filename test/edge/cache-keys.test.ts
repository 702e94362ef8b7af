import fc from 'fast-check';
import { DEFAULT_SET, edgeFunction, outcome } from './edge-function';

/** A failure prints the seed that replays it. */
const RUNS = 10_000;
const SEED = Number(process.env.EDGE_SEED ?? Date.now() % 2 ** 31);

const ask = edgeFunction();
const USER = '0p2c4k60kcf4wwp0d2fsez8ge1';
const TENANT = '10hb6eprfga8m2h0mpx7snfbsa';
const IMAGES = [
  `/_/${USER}/01JDB2W8000000000000000000`, `/_/${USER}/01JDB2W8000000000000000001`,
  `/${TENANT}/${USER}/${TENANT}.01JDB2W8000000000000000000`, `/public/_/${USER}/01JDB2W8000000000000000000`,
];
const FORMATS = ['avif', 'webp', 'jpg'];

const name = fc.oneof(
  fc.constantFrom(...Object.keys(DEFAULT_SET)),
  fc.string({ maxLength: 12 }),
  fc.constantFrom('constructor', 'w_9999', 'thumb,100x100'),
);
const ending = fc.oneof(
  fc.constant(''), fc.constantFrom(...FORMATS, 'png', 'gif', 'svg', 'html').map(extension => `.${extension}`),
  fc.constantFrom('/', '//', '%', '%2F', '%00', '/..', ';a=b', '.avif.jpg'), fc.string({ maxLength: 6 }),
);
const uri = fc.tuple(fc.constantFrom(...IMAGES), fc.constantFrom('/', '/', '/', '//', '/./', '/%2F'), name, ending)
  .map(parts => parts.join(''));

const range = fc.tuple(
  fc.constantFrom('image/avif', 'image/webp', 'image/jpeg', 'image/png', 'image/*', '*/*', 'text/html', '*', ''),
  fc.oneof(
    fc.constant(''),
    fc.double({ min: 0, max: 1, noNaN: true }).map(q => `;q=${q}`),
    fc.string({ maxLength: 8 }).map(text => `;${text}`),
  ),
).map(parts => parts.join(''));
const accept = fc.oneof(
  fc.array(range, { maxLength: 8 }).map(ranges => ranges.join(', ')), fc.string({ maxLength: 40 }),
);
const headers = fc.record({
  'accept': accept,
  'x-forwarded-host': fc.domain(),
  'x-http-method-override': fc.constantFrom('DELETE', 'PUT', 'PURGE'),
  'range': fc.constantFrom('bytes=0-0', 'bytes=-1', 'bytes=0-,0-,0-', 'lines=1-2'),
  'cookie': fc.integer({ min: 0, max: 10_000 }).map(length => `a=${'x'.repeat(length)}`),
  'x-amz-meta-evil': fc.string({ maxLength: 20 }),
}, { requiredKeys: [] });

const stored = new Map<string, Set<string>>();

test(`${RUNS} requests lead to no more keys than there are variants and formats (seed ${SEED})`, () => {
  fc.assert(fc.property(uri, headers, (path, given) => {
    const result = outcome(ask(path, given));
    if (typeof result === 'number') {
      expect([404, 406]).toContain(result);
      return;
    }
    const image = IMAGES.find(prefix => path.startsWith(`${prefix}/`))!;
    expect(result.startsWith(`${image}/`)).toBe(true);
    stored.set(image, (stored.get(image) ?? new Set()).add(result));
    // A rewritten path is not rewritten again, with any headers.
    expect(outcome(ask(result, given))).toBe(result);
    expect(outcome(ask(result))).toBe(result);
    // Only `Accept` matters.
    expect(outcome(ask(path, { accept: given.accept ?? '*/*' }))).toBe(result);
  }), { numRuns: RUNS, seed: SEED });
  const most = Object.keys(DEFAULT_SET).length * FORMATS.length;
  expect([...stored.values()].map(({ size }) => size)).toEqual(IMAGES.map(() => most));
});
