import type { TestEnvironment } from '../../environments/environment';
import { Client } from '../support/client';
import { expectProblem } from '../support/problems';
import { range } from '../support/together';

const JPEG = { content_type: 'image/jpeg', size: 100 };

/** The rules of `filename` and `tags` are equal for create and PATCH. */
export function namesAndTagsSuite(environment: TestEnvironment): void {
  const client = new Client(environment);
  let imageId = '';
  beforeAll(async () => {
    imageId = (await client.createImage(JPEG)).image_id;
  });
  const routes = {
    'POST /images': async (fields: object) => client.create({ ...JPEG, ...fields }),
    'PATCH /images/{image_id}': async (fields: object) => client.patch(imageId, fields),
  };

  describe.each(Object.entries(routes))('%s', (_route, send) => {
    const createAndRead = async (fields: object) =>
      client.image((await send(fields)).json<{ image_id: string }>().image_id);

    test.each(ACCEPTED_NAMES)('takes the filename %#', async (given, stored) => {
      expect((await createAndRead({ filename: given })).filename).toBe(stored);
    });

    test.each(REFUSED_NAMES)('refuses the filename %j', async filename => {
      expectProblem(await send({ filename }), 'invalid-request', ['/filename']);
    });

    test.each(ACCEPTED_TAGS)('takes the tags %j', async (given, stored) => {
      expect((await createAndRead({ tags: given })).tags).toEqual(stored);
    });

    test.each(REFUSED_TAGS)('refuses the tags %j at %s', async (tags, path) => {
      expectProblem(await send({ tags }), 'invalid-request', [path]);
    });
  });
}

const ACCEPTED_NAMES: Array<[string, string]> = [
  ['beach.jpg', 'beach.jpg'],
  ['x', 'x'],
  ['  kept as it is  ', '  kept as it is  '],
  ['e\u0301te\u0301.jpg', '\u00e9t\u00e9.jpg'],
  ['\u2126', '\u03a9'],
  ['../../etc/passwd', '../../etc/passwd'],
  ['a"b\\c;d=e%41.jpg', 'a"b\\c;d=e%41.jpg'],
  ['\u{1f469}\u200d\u{1f680}.heic', '\u{1f469}\u200d\u{1f680}.heic'],
  ['\u202egpj.exe', '\u202egpj.exe'],
  ['\ufeff', '\ufeff'],
  ['a'.repeat(254), 'a'.repeat(254)],
  ['a'.repeat(255), 'a'.repeat(255)],
  ['\u00e9'.repeat(255), '\u00e9'.repeat(255)],
  // 1,020 bytes: a code point has at most four.
  ['\u{1f600}'.repeat(255), '\u{1f600}'.repeat(255)],
  // 510 code points as sent, 255 once composed: limits apply to the normalised value.
  ['e\u0301'.repeat(255), '\u00e9'.repeat(255)],
];

const REFUSED_NAMES: unknown[] = [
  '', 'a'.repeat(256), '\u00e9'.repeat(256), '\u{1f600}'.repeat(256), 'a\0', 'a\nb', 'a\r\nb', 'a\tb', '\u001f',
  '\u007f', '\u0085', '\u009f',
  '\u2028', '\u2029', '\ud800', 'a\udc00', '\udc00\ud800', 5, true, [], {}, ['a'],
  // 128 code points as sent, 256 once normalised: NFC decomposes U+0958.
  '\u0958'.repeat(128),
];

const DESERET_CAPITAL = '\u{10400}';
const DESERET_SMALL = '\u{10428}';

const ACCEPTED_TAGS: Array<[string[], string[]]> = [
  [[], []],
  [['holiday'], ['holiday']],
  [['  Beach House  '], ['beach house']],
  [['\tTab\n'], ['tab']],
  [['E\u0301te\u0301'], ['\u00e9t\u00e9']],
  [['b', 'A', ' B ', 'a', 'c'], ['b', 'a', 'c']],
  [['a.b_c:d/e-f 1'], ['a.b_c:d/e-f 1']],
  [
    ['\u65e5\u672c', '\u0939\u093f\u0928\u094d\u0926\u0940', '\u0661'],
    ['\u65e5\u672c', '\u0939\u093f\u0928\u094d\u0926\u0940', '\u0661'],
  ],
  [['a'.repeat(63)], ['a'.repeat(63)]],
  [['A'.repeat(64)], ['a'.repeat(64)]],
  [[` ${'a'.repeat(64)} `], ['a'.repeat(64)]],
  [[DESERET_CAPITAL.repeat(64)], [DESERET_SMALL.repeat(64)]],
  // Lower-cased, U+0130 becomes two code points.
  [['\u0130'.repeat(32)], ['i\u0307'.repeat(32)]],
  [['e\u0301'.repeat(64)], ['\u00e9'.repeat(64)]],
  [['__proto__', 'constructor'], ['__proto__', 'constructor']],
  [range(20).map(i => `t${i}`), range(20).map(i => `t${i}`)],
  [[...range(20).map(i => `t${i}`), 'T0', ' t19 '], range(20).map(i => `t${i}`)],
];

const REFUSED_TAGS: Array<[unknown, string]> = [
  [[''], '/tags/0'], [['   '], '/tags/0'], [['ok', 'a,b'], '/tags/1'], [['a#b'], '/tags/0'],
  [['ok', 'fine', '\u{1f600}'], '/tags/2'],
  [['a!'], '/tags/0'], [['a\tb'], '/tags/0'], [['a\0b'], '/tags/0'], [['a\u200bb'], '/tags/0'], [['\ud800'], '/tags/0'],
  [['a+b'], '/tags/0'],
  [['a\\b'], '/tags/0'], [['a%b'], '/tags/0'], [['<b>'], '/tags/0'], [['a*'], '/tags/0'], [['a@b'], '/tags/0'],
  [['a\u00a0b'], '/tags/0'],
  [['a'.repeat(65)], '/tags/0'], [[DESERET_SMALL.repeat(65)], '/tags/0'], [['\u0130'.repeat(33)], '/tags/0'],
  [['ok', 5], '/tags/1'], [[null], '/tags/0'], [['ok', ['a']], '/tags/1'], [[{}], '/tags/0'],
  ['holiday', '/tags'], [{}, '/tags'], [5, '/tags'], [true, '/tags'],
  [range(21).map(i => `t${i}`), '/tags'],
];
