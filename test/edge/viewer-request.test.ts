import { BUILT_RESPONSE, renderCode, DEFAULT_SET, edgeFunction, outcome, rawEdgeFunction } from './edge-function';
import { findUnsupported } from './runtime';
import type { EdgeRequest, EdgeResponse } from '../../lambda/edge/viewer-request';
import { DELIVERY_HEADERS } from '../../src/contract';

const USER = '0p2c4k60kcf4wwp0d2fsez8ge1';
const ID = '01JDB2W8000000000000000000';
const IMAGE = `/_/${USER}/${ID}`;
const TENANT = '10hb6eprfga8m2h0mpx7snfbsa';
const CHROME = 'image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8';
const SAFARI_13 = 'image/png,image/svg+xml,image/*;q=0.8,video/*;q=0.8,*/*;q=0.5';
const SETS = { thumb: ['avif', 'webp', 'jpg'], sign: ['png'], both: ['jpg', 'avif'], web: ['webp', 'png'] };

const ask = edgeFunction(SETS);

describe('the code', () => {
  test('is in the language of runtime 2.0', () => {
    expect(findUnsupported(renderCode(DEFAULT_SET))).toEqual([]);
    expect(findUnsupported(BUILT_RESPONSE)).toEqual([]);
  });

  test.each([
    ['const { a } = b;', 'ObjectBindingPattern'], ['f(...a);', 'SpreadElement'], ['class A {}', 'ClassDeclaration'],
    ['a?.b;', 'QuestionDotToken'],
    ['for (const a of b) f(a);', 'ForOfStatement'], ['export const a = 1;', 'ExportKeyword'],
    ['var a = new Map();', 'the global Map'],
    ['var s = "a"; s.at(0);', 'the method at'], ['/a/u.exec("a");', 'the regular expression /a/u'],
    ['function f(a = 1) {}', 'a parameter with a default, or a rest'],
  ])('the check of that finds %s', (code, fault) => {
    expect(findUnsupported(code)).toContain(fault);
  });

  test('has at most 10 KB with sixteen variants of the longest names', () => {
    const longest = Object.fromEntries(
      Array.from({ length: 16 }, (_, i) => [`v${i}`.padEnd(32, '-x'), ['avif', 'webp', 'jpg', 'png']]),
    );
    expect(Buffer.byteLength(renderCode(longest))).toBeLessThanOrEqual(10_000);
  });
});

describe('negotiation', () => {
  test.each([
    ['thumb', CHROME, 'avif'],
    ['thumb', 'image/webp,*/*', 'webp'],
    ['thumb', SAFARI_13, 'jpg'],
    ['thumb', undefined, 'jpg'],
    ['thumb', '', 'jpg'],
    ['thumb', '*/*', 'jpg'],
    ['thumb', 'image/*', 'jpg'],
    ['thumb', '*; q=.2, */*; q=.2', 'jpg'],
    ['thumb', 'IMAGE/AVIF', 'avif'],
    // The highest weight wins in any order of formats and ranges (RFC 9110, section 12.5.1).
    ['thumb', 'image/webp, image/avif;q=0.1', 'webp'],
    ['thumb', 'image/avif;q=0.1, image/webp', 'webp'],
    ['thumb', 'image/avif;q=0.5, image/webp;q=0.9, image/jpeg;q=0.1', 'webp'],
    ['thumb', 'image/avif;q=0.5, image/webp;q=0.4, image/jpeg;q=0.9', 'jpg'],
    ['thumb', 'image/avif;q=0.5, image/webp;q=0.5, image/jpeg;q=0.5', 'avif'],
    ['thumb', 'image/avif;q=0.1, image/jpeg', 'jpg'],
    ['thumb', 'image/avif;q=0.9, */*;q=0.8', 'avif'],
    ['thumb', 'image/avif;q=0.1, */*;q=0.8', 'jpg'],
    ['thumb', 'image/avif;q=0.8, image/webp, image/apng, */*;q=0.8', 'webp'],
    ['thumb', 'image/avif;q=2, image/webp', 'avif'],
    ['thumb', 'image/avif;q=, image/webp;q=0.9', 'avif'],
    ['thumb', 'image/avif;q=0.10x, image/webp;q=0.5', 'webp'],
    ['thumb', 'image/avif;q=1e-9, image/webp;q=0', 'avif'],
    ['thumb', ' image/avif ; q=0.001 ', 'avif'],
    ['thumb', 'image/avif;q=0, image/webp', 'webp'],
    ['thumb', 'image/avif;q=0,image/webp;q=0.000,*/*', 'jpg'],
    ['thumb', 'image/jpeg;q=0, image/*', 'webp'],
    ['thumb', 'image/jpeg;q=0, image/webp;q=0, image/*', 'avif'],
    ['thumb', 'image/*;q=0, */*', 406],
    ['thumb', 'image/*;q=0, image/jpeg', 'jpg'],
    ['thumb', '*/*;q=0', 406],
    ['thumb', '*/*;q=0, image/webp', 'webp'],
    ['thumb', 'text/html', 406],
    ['thumb', 'image/png', 406],
    ['thumb', 'image/jpeg', 'jpg'],
    ['thumb', 'image/avif;level=1;q=0.5', 'avif'],
    ['thumb', 'image/avif;q=none', 'avif'],
    ['thumb', 'image/avif;q=-1, image/jpeg', 'jpg'],
    ['thumb', 'image/avif;q=0, image/avif', 'avif'],
    ['thumb', 'ximage/avif, image/avifx, image/jpeg', 'jpg'],
    ['thumb', ',,;,;q=1, image/webp', 'webp'],
    ['thumb', 'constructor, __proto__', 406],
    ['sign', CHROME, 'png'],
    ['sign', 'image/avif', 406],
    ['sign', 'image/png;q=0.1', 'png'],
    // A format that `Accept` names comes first; else the last format of the variant.
    ['both', CHROME, 'avif'],
    ['both', '*/*', 'avif'],
    ['both', 'image/jpeg', 'jpg'],
    ['both', 'image/jpeg;q=0.2, image/avif;q=0.1', 'jpg'],
    ['both', 'image/jpeg;q=0.2, */*;q=0.1', 'jpg'],
    ['web', CHROME, 'webp'],
    ['web', SAFARI_13, 'png'],
  ])('%s for %j is %s', (name, accept, expected) => {
    const answer = ask(`${IMAGE}/${name}`, accept === undefined ? {} : { accept });
    expect(outcome(answer)).toBe(typeof expected === 'string' ? `${IMAGE}/${name}.${expected}` : expected);
  });

  test('reads a header that came more than once as one', () => {
    const accept = { value: 'text/html', multiValue: [{ value: 'text/html' }, { value: 'image/avif' }] };
    const answer = rawEdgeFunction(SETS)({
      method: 'GET',
      uri: `${IMAGE}/thumb`,
      querystring: {},
      cookies: {},
      headers: { accept },
    });
    expect(outcome(answer)).toBe(`${IMAGE}/thumb.avif`);
  });
});

describe('paths', () => {
  test.each<[string, string | number]>([
    [`${IMAGE}/thumb.webp`, `${IMAGE}/thumb.webp`],
    [`${IMAGE}/thumb.jpg`, `${IMAGE}/thumb.jpg`],
    [`/${TENANT}/${USER}/${TENANT}.${ID}/thumb`, `/${TENANT}/${USER}/${TENANT}.${ID}/thumb.jpg`],
    // Malformed tenant, user and image ids.
    [`/t/${USER}/${ID}/thumb`, 404],
    [`/__/${USER}/${ID}/thumb`, 404],
    [`/${TENANT.toUpperCase()}/${USER}/${ID}/thumb`, 404],
    [`/${TENANT}0/${USER}/${ID}/thumb`, 404],
    [`/_/alice/${ID}/thumb`, 404],
    [`/_/al~69ce/${ID}/thumb`, 404],
    [`/_/_/${ID}/thumb`, 404],
    [`/_/${USER.slice(1)}/${ID}/thumb`, 404],
    [`/_/${USER}0/${ID}/thumb`, 404],
    [`/_/${USER.toUpperCase()}/${ID}/thumb`, 404],
    ...['i', 'l', 'o', 'u'].map((letter): [string, number] => [`/_/${letter}${USER.slice(1)}/${ID}/thumb`, 404]),
    [`/_/${USER}/x/thumb`, 404],
    [`/_/${USER}/${ID.slice(1)}/thumb`, 404],
    [`/_/${USER}/${ID}0/thumb`, 404],
    [`/_/${USER}/${ID.toLowerCase()}/thumb`, 404],
    [`/_/${USER}/8${ID.slice(1)}/thumb`, 404],
    [`/_/${USER}/${ID.slice(0, -1)}U/thumb`, 404],
    [`/_/${USER}/.${ID}/thumb`, 404],
    [`/${TENANT}/${USER}/t.${ID}/thumb`, 404],
    [`/${TENANT}/${USER}/${TENANT}.${TENANT}.${ID}/thumb`, 404],
    [`${IMAGE}/thumb.png`, 404],
    [`${IMAGE}/thumb.jpeg`, 404],
    [`${IMAGE}/thumb.`, 404],
    [`${IMAGE}/thumb.JPG`, 404],
    [`${IMAGE}/thumb.webp.jpg`, 404],
    [`${IMAGE}/Thumb`, 404],
    [`${IMAGE}/unknown`, 404],
    [`${IMAGE}/unknown.webp`, 404],
    [`${IMAGE}/constructor`, 404],
    [`${IMAGE}/__proto__`, 404],
    [`${IMAGE}/toString.jpg`, 404],
    [`${IMAGE}/thumb/`, 404],
    [`${IMAGE}//thumb`, 404],
    [`/${IMAGE}/thumb`, 404],
    [`${IMAGE}/x/thumb`, 404],
    [`/_/${USER}/thumb`, 404],
    [`/_/${USER}/../thumb`, 404],
    [`/_/${USER}/./thumb`, 404],
    [`/_/../${USER}/thumb`, 404],
    [`${IMAGE}/../thumb`, 404],
    [`${IMAGE}/%74humb`, 404],
    [`${IMAGE}/thumb%`, 404],
    [`${IMAGE}/thumb%2ewebp`, 404],
    [`/_/%30${USER.slice(1)}/${ID}/thumb`, 404],
    [`/_/${USER}/${ID}%2Fthumb`, 404],
    [`/_/${USER}/${ID}%zz/thumb`, 404],
    [`${IMAGE}/thumb\n`, 404],
    [`${IMAGE}/thumb\0.jpg`, 404],
    [`${IMAGE}/thumb;v=1`, 404],
    ['/', 404],
    ['', 404],
    ['/favicon.ico', 404],
    ['/errors/403', 404],
  ])('%j → %s', (uri, expected) => {
    expect(outcome(ask(uri))).toBe(expected);
  });

  test.each<[string, string | number]>([
    [`/public${IMAGE}/thumb`, `/public${IMAGE}/thumb.jpg`],
    [`/public${IMAGE}/thumb.webp`, `/public${IMAGE}/thumb.webp`],
    [`/public/${TENANT}/${USER}/${TENANT}.${ID}/thumb`, `/public/${TENANT}/${USER}/${TENANT}.${ID}/thumb.jpg`],
    [`/public${IMAGE}/unknown`, 404], [`/public${IMAGE}/thumb.png`, 404], [`/public/public${IMAGE}/thumb`, 404],
    [`/Public${IMAGE}/thumb`, 404], [`/publi%63${IMAGE}/thumb`, 404], [`public${IMAGE}/thumb`, 404],
    [`/public/${USER}/${ID}/thumb`, 404], [`/_/public/${USER}/${ID}/thumb`, 404], [`/publicity${IMAGE}/thumb`, 404],
  ])('%j is public → %s, and 404 where no path needs a signature', (uri, expected) => {
    expect(outcome(ask(uri))).toBe(expected);
    expect(outcome(edgeFunction(SETS, undefined, false)(uri))).toBe(404);
  });

  test('an extension decides whatever is accepted', () => {
    expect(outcome(ask(`${IMAGE}/thumb.jpg`, { accept: 'image/avif' }))).toBe(`${IMAGE}/thumb.jpg`);
    expect(outcome(ask(`${IMAGE}/thumb.jpg`, { accept: 'text/html' }))).toBe(`${IMAGE}/thumb.jpg`);
  });
});

describe('what goes on', () => {
  const KEPT = {
    'host': 'd.cloudfront.net',
    'range': 'bytes=0-1',
    'if-none-match': '"x"',
    'origin': 'https://app.example.com',
    'via': '2.0 x',
  };

  test('has no query, no cookies, and of the headers what CloudFront itself needs', () => {
    const hostile = {
      'x-forwarded-host': 'evil.example',
      'x-http-method-override': 'DELETE',
      'authorization': 'x',
      'accept': CHROME,
      'user-agent': 'x',
    };
    expect(ask(`${IMAGE}/thumb`, { ...KEPT, ...hostile })).toEqual({
      method: 'GET',
      uri: `${IMAGE}/thumb.avif`,
      querystring: {},
      cookies: {},
      headers: Object.fromEntries(Object.entries(KEPT).map(([name, value]) => [name, { value }])),
    });
  });

  test('tells a path that names AVIF from one whose format Accept chose, whatever the viewer sends', () => {
    const mark = { 'x-exact-format': 'mine' };
    const marks = [
      ['.avif', {}], ['.avif', mark], ['', { accept: CHROME }], ['', { accept: CHROME, ...mark }], ['.webp', mark],
      ['.jpg', mark],
    ] as const;
    const found = marks.map(
      ([ending, headers]) => (ask(`${IMAGE}/thumb${ending}`, headers) as EdgeRequest).headers['x-exact-format']?.value,
    );
    expect(found).toEqual(['1', '1', undefined, undefined, undefined, undefined]);
  });

  test('HEAD goes where GET goes', () => {
    expect(ask(`${IMAGE}/thumb`, {}, 'HEAD')).toMatchObject({ method: 'HEAD', uri: `${IMAGE}/thumb.jpg` });
  });
});

describe('its own answers', () => {
  test.each([
    ['not-found', 404, 'Not found', ask('/x')],
    ['not-acceptable', 406, 'Not acceptable', ask(`${IMAGE}/thumb`, { accept: 'text/html' })],
  ])('%s is a problem with all headers', (code, status, title, answer) => {
    const { headers, body, ...rest } = answer as EdgeResponse;
    expect(rest).toEqual({ statusCode: status, statusDescription: title });
    expect(headers).toMatchObject({
      ...Object.fromEntries(Object.entries(DELIVERY_HEADERS).map(([name, value]) => [name, { value }])),
      'content-type': { value: 'application/problem+json' },
      'cache-control': { value: 'no-store' },
    });
    expect(JSON.parse(body)).toEqual({
      type: `urn:cdk-image-service:problem:${code}`,
      title,
      status,
      code,
      detail: expect.stringMatching(/^[A-Z].*\.$/),
      instance: status === 404 ? '/x' : `${IMAGE}/thumb`,
    });
  });

  test('406 says what there is', () => {
    const { body } = ask(`${IMAGE}/thumb`, { accept: 'text/html' }) as EdgeResponse;
    expect(JSON.parse(body)).toMatchObject({
      detail: 'This variant can be had as image/avif, image/webp, image/jpeg.',
    });
  });
});
