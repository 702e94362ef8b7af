import { readHeader } from '../../../../lambda/imaging/headers';
import { chunk, hex, be32, jpeg, png, scan, segment, sof } from '../support/files';
import { read } from '../support/read';

const readJpeg = (...parts: Buffer[]) => read(jpeg(...parts), 'image/jpeg');

describe('header of a JPEG', () => {
  test('is its frame and the number of its scans', () => {
    expect(readJpeg(sof(640, 427), scan(hex('aabb')))).toEqual({
      size: '640x427',
      frames: 1,
      pixels: 273_280,
      scans: 1,
    });
    expect(readJpeg(sof(8, 9, 0xc2), scan(), scan(), scan()).scans).toBe(3);
  });

  test.each([0xc0, 0xc1, 0xc2, 0xc3, 0xc5, 0xc6, 0xc7, 0xc9, 0xca, 0xcb, 0xcd, 0xce, 0xcf])(
    'is in a frame of marker %i', marker => {
      expect(readJpeg(sof(640, 427, marker), scan()).size).toBe('640x427');
    },
  );

  test.each([0xc4, 0xc8, 0xcc])('is not in a segment of marker %i', marker => {
    expect(readJpeg(sof(9999, 9999, marker), sof(8, 8), scan()).size).toBe('8x8');
  });

  test('is not in a thumbnail', () => {
    const thumbnail = jpeg(sof(9999, 9999), scan(), scan());
    expect(readJpeg(segment(0xe1, Buffer.from('Exif\0\0'), thumbnail), sof(8, 8), scan())).toMatchObject({
      size: '8x8',
      scans: 1,
    });
  });

  test('is the largest of several frames', () => {
    expect(readJpeg(sof(8, 800), sof(600, 6), scan()).size).toBe('600x800');
  });

  test('counts no stuffed bytes, fill bytes or restarts of entropy-coded data', () => {
    expect(readJpeg(sof(8, 8), scan(hex('ff00da ffd0 aa ffffd7 ff00')), hex('ffff'), scan())).toMatchObject({
      scans: 2,
    });
  });

  test('measures the work of at most 1,000 scans, since a hostile file holds millions', () => {
    const readScanWork = (count: number) =>
      readHeader(jpeg(sof(8, 8, 0xc2), ...Array<Buffer>(count).fill(scan())), 'image/jpeg').scanWork;
    expect(readScanWork(1000)).toBeDefined();
    expect(readScanWork(1001)).toBeUndefined();
  });

  test('counts scans behind reserved markers, where decoders find them', () => {
    expect(readJpeg(sof(8, 8), scan(hex('aa ff02ffff')), scan())).toMatchObject({ scans: 2 });
  });

  test('ends with the image, whatever follows', () => {
    expect(read(Buffer.concat([jpeg(sof(8, 8), scan()), hex('0002'), jpeg(sof(9999, 9999), scan())]), 'image/jpeg'))
      .toMatchObject({ size: '8x8', scans: 1 });
  });

  test('stands although the end is missing', () => {
    const whole = jpeg(sof(8, 9), scan(hex('aabbccdd')));
    for (let end = 13; end < whole.length; end++) {
      expect(read(whole.subarray(0, end), 'image/jpeg').size).toBe('8x9');
    }
  });

  test.each([
    ['no frame', jpeg(scan())],
    ['a frame without width', jpeg(sof(0, 8), scan())],
    ['a frame without height', jpeg(sof(8, 0), scan())],
    ['half a frame', hex('ffd8 ffc0 000b 08 00')],
    ['its first marker only', hex('ffd8ff')],
  ])('is corrupt with %s', (_what, bytes) => {
    expect(() => read(bytes, 'image/jpeg')).toThrow(
      /^The upload cannot be read as JPEG: it [a-z ]+\. The service does not keep rejected originals: upload the file again, or a copy saved by another program\.$/,
    );
  });
});

describe('header of a PNG', () => {
  test('is its first chunk', () => {
    expect(read(png(640, 427), 'image/png')).toEqual({ size: '640x427', frames: 1, pixels: 273_280, scans: 1 });
  });

  test('of an APNG is that of the still', () => {
    expect(read(png(64, 64, chunk('acTL', be32(9999, 0))), 'image/png').frames).toBe(1);
  });

  test.each([
    ['nothing behind the signature', hex('89504e470d0a1a0a')],
    ['another chunk in front', Buffer.concat([hex('89504e470d0a1a0a'), chunk('gAMA', be32(1, 1, 1), hex('00'))])],
    ['a header of another length', Buffer.concat([hex('89504e470d0a1a0a'), chunk('IHDR', be32(8, 8))])],
    ['no width', png(0, 8)],
    ['no height', png(8, 0)],
    ['half a size', png(8, 8).subarray(0, 22)],
  ])('is corrupt with %s', (_what, bytes) => {
    expect(() => read(bytes, 'image/png')).toThrow(
      /^The upload cannot be read as PNG: it [a-z ]+\. The service does not keep rejected originals: upload the file again, or a copy saved by another program\.$/,
    );
  });
});
