import fc from 'fast-check';
import { buildContentDisposition } from '../../../lambda/http/content-disposition';
import { buildDownloadName } from '../../../lambda/http/download-name';
import { FITTING_EXTENSIONS, IMAGE_TYPES, type ImageType } from '../../../src/contract';

const nameOf = (
  filename: string | undefined, content_type: ImageType = 'image/gif', sniffed_type?: ImageType,
): string =>
  buildDownloadName({ image_id: '01JDB2W8', filename, content_type, sniffed_type });

describe('buildDownloadName', () => {
  test.each([
    ['holiday.gif', 'holiday.gif'],
    ['holiday.GIF', 'holiday.GIF'],
    ['holiday', 'holiday.gif'],
    ['invoice.html', 'invoice.html.gif'],
    ['photo\u202egpj.exe', 'photogpj.exe.gif'],
    ['photo\u202efig.exe.gif', 'photofig.exe.gif'],
    ['setup.exe.gif.', 'setup.exe.gif'],
    ['setup.exe. . .', 'setup.exe.gif'],
    ['holiday.gif \u00a0\u3000', 'holiday.gif'],
    ['holiday.gif\u200f.', 'holiday.gif'],
    ['holiday.png', 'holiday.png.gif'],
    ['gif', 'gif.gif'],
    ['\u202e. .', '01JDB2W8.gif'],
    [undefined, '01JDB2W8.gif'],
  ])('makes %j %j', (filename, expected) => {
    expect(nameOf(filename)).toBe(expected);
  });

  test.each<[string, ImageType, ImageType, string]>([
    ['beach.JPEG', 'image/jpeg', 'image/jpeg', 'beach.JPEG'],
    ['beach.heic', 'image/heif', 'image/heic', 'beach.heic'],
    ['beach.heif', 'image/heif', 'image/heic', 'beach.heif'],
    ['beach.jpg', 'image/heic', 'image/heif', 'beach.jpg.heif'],
  ])('makes %s, declared as %s and found to be %s, %s', (filename, declared, found, expected) => {
    expect(nameOf(filename, declared, found)).toBe(expected);
  });

  test('ends in an extension of the type found, whatever the name is', () => {
    const hostile = fc.string({
      unit: fc.oneof(
        fc.constantFrom('.', ' ', '\u202e', '\u2066', '\u061c', '\u00a0', 'exe', '.html', '.gif'),
        fc.string({ unit: 'grapheme' }),
      ),
    });
    fc.assert(fc.property(hostile, fc.constantFrom(...IMAGE_TYPES), (filename, type) => {
      const name = nameOf(filename, type);
      expect(FITTING_EXTENSIONS[type]).toContain(name.slice(name.lastIndexOf('.') + 1).toLowerCase());
      expect(name).not.toMatch(/[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/);
      expect(buildContentDisposition('attachment', name)).toMatch(
        new RegExp(`\\.(${FITTING_EXTENSIONS[type].join('|')})$`, 'i'),
      );
    }), { numRuns: 2000 });
  });
});
