import fc from 'fast-check';
import { buildContentDisposition } from '../../../lambda/http/content-disposition';

/** RFC 8187, section 3.2: a client's decoding of `filename*`. */
function readBack(header: string): string {
  return decodeURIComponent(/filename\*=UTF-8''([A-Za-z0-9!#$&+.^_`|~%-]*)$/.exec(header)![1]);
}

describe('buildContentDisposition', () => {
  test.each([
    ['beach.jpg', 'attachment; filename="beach.jpg"; filename*=UTF-8\'\'beach.jpg'],
    ['naïve "x".jpg', 'attachment; filename="na_ve _x_.jpg"; filename*=UTF-8\'\'na%C3%AFve%20%22x%22.jpg'],
    ['a\'b(c)*.jpg', 'attachment; filename="a_b(c)_.jpg"; filename*=UTF-8\'\'a%27b%28c%29%2A.jpg'],
    ['../../etc/passwd', 'attachment; filename=".._.._etc_passwd"; filename*=UTF-8\'\'..%2F..%2Fetc%2Fpasswd'],
  ])('names %s', (filename, header) => {
    expect(buildContentDisposition('attachment', filename)).toBe(header);
  });

  test('any name makes one ASCII header that reads back exactly', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), filename => {
      const header = buildContentDisposition('inline', filename);
      expect(header).toMatch(/^inline; filename="[A-Za-z0-9 ._()-]+"; filename\*=UTF-8''[\x21-\x7e]+$/);
      expect(readBack(header)).toBe(filename);
    }), { numRuns: 1000 });
  });
});
