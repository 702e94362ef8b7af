import { anmf, canvas, frame, gif, hex, lossless, lossy, riff, webp } from '../support/files';
import { read } from '../support/read';

const readGif = (...file: Parameters<typeof gif>) => read(gif(...file), 'image/gif');
const readWebp = (...chunks: Buffer[]) => read(webp(...chunks), 'image/webp');

const COMMENT = hex('21fe 03 2c2c2c 01 2c 00');
const LOOP = Buffer.concat([hex('21ff 0b'), Buffer.from('NETSCAPE2.0'), hex('03 010000 00')]);

describe('header of a GIF', () => {
  test('is its canvas, once for every frame', () => {
    expect(readGif(20, 10, LOOP, frame(0, 0, 20, 10), COMMENT, frame(1, 1, 2, 2))).toEqual({
      size: '20x10',
      frames: 2,
      pixels: 400,
      scans: 1,
    });
  });

  test('grows by frames that lie over the edge', () => {
    expect(readGif(20, 10, frame(15, 0, 10, 5), frame(0, 8, 5, 5))).toMatchObject({ size: '25x13', pixels: 650 });
  });

  test('steps over colour tables of frames', () => {
    expect(readGif(20, 10, frame(0, 0, 20, 10, 0x87), frame(0, 0, 20, 10))).toMatchObject({ frames: 2 });
  });

  test('of a canvas that decoders distrust is as large as the frames, but holds the canvas', () => {
    expect(readGif(65535, 65535, frame(0, 0, 1, 1), frame(0, 0, 1, 1))).toMatchObject({
      size: '1x1',
      pixels: 2 * 65535 ** 2,
    });
  });

  test('of a canvas without size is as large as the frames', () => {
    expect(readGif(0, 0, frame(0, 0, 3, 4))).toMatchObject({ size: '3x4', pixels: 12 });
  });

  test('has the frames too that only libnsgif finds, behind an extension that is empty to others', () => {
    const hidden = Buffer.concat([frame(0, 0, 1, 1), frame(0, 0, 500, 1)]);
    const disguise = Buffer.concat([hex('2199 00 3b'), Buffer.alloc(0x3b), hex('00')]);
    expect(readGif(10, 10, frame(0, 0, 1, 1), disguise, hidden)).toMatchObject({ size: '500x10', frames: 3 });
    expect(readGif(10, 10, frame(0, 0, 1, 1), hex('21fe00'), disguise, hidden)).toMatchObject({
      size: '500x10',
      frames: 3,
    });
  });

  test('has the frames too that only libnsgif does not find, behind such an extension', () => {
    expect(readGif(10, 10, frame(0, 0, 1, 1), hex('219900'), frame(0, 0, 500, 1))).toMatchObject({
      size: '500x10',
      frames: 2,
    });
  });

  test('ends at the trailer and at what is no block', () => {
    expect(readGif(10, 10, frame(0, 0, 1, 1), hex('3b'), frame(0, 0, 99, 99))).toMatchObject({
      size: '10x10',
      frames: 1,
    });
    expect(readGif(10, 10, frame(0, 0, 1, 1), hex('55'), frame(0, 0, 99, 99))).toMatchObject({
      size: '10x10',
      frames: 1,
    });
  });

  test('stands although the end is missing', () => {
    const whole = gif(20, 10, frame(0, 0, 20, 10), frame(0, 0, 20, 10));
    for (let end = 19 + 10; end < whole.length; end++) {
      expect(read(whole.subarray(0, end), 'image/gif').size).toBe('20x10');
    }
  });

  test.each([
    ['no frame', gif(20, 10, COMMENT)],
    ['its signature only', Buffer.from('GIF89a')],
    ['no size at all', gif(0, 0, frame(0, 0, 0, 0))],
    ['half a frame', gif(20, 10, frame(0, 0, 20, 10)).subarray(0, 26)],
  ])('is corrupt with %s', (_what, bytes) => {
    expect(() => read(bytes, 'image/gif')).toThrow(
      /^The upload cannot be read as GIF: it [a-z ]+\. The service does not keep rejected originals: upload the file again, or a copy saved by another program\.$/,
    );
  });
});

describe('header of a WebP', () => {
  test('is that of a lossy image, without the bits of scale', () => {
    expect(readWebp(lossy(640, 427))).toEqual({ size: '640x427', frames: 1, pixels: 273_280, scans: 1 });
    expect(readWebp(lossy(640 + 0x4000, 427 + 0xc000)).size).toBe('640x427');
  });

  test('is that of a lossless image', () => {
    expect(readWebp(lossless(16_384, 3)).size).toBe('16384x3');
  });

  test('is the canvas of an extended file', () => {
    expect(readWebp(canvas(16_777_216, 5), lossless(1, 1)).size).toBe('16777216x5');
  });

  test('of an animation is the canvas, once for every frame', () => {
    expect(readWebp(canvas(20, 10), riff('ANIM', Buffer.alloc(6)), anmf(0, 0, 20, 10), anmf(2, 2, 5, 5)))
      .toEqual({ size: '20x10', frames: 2, pixels: 400, scans: 1 });
  });

  test('grows by images and frames that are larger than the canvas', () => {
    expect(readWebp(canvas(20, 10), lossless(30, 5)).size).toBe('30x10');
    expect(readWebp(canvas(20, 10), anmf(4, 6, 20, 10)).size).toBe('24x16');
  });

  test('steps over chunks of odd length and ends where the file says', () => {
    expect(readWebp(riff('ICCP', hex('010203')), lossless(3, 3)).size).toBe('3x3');
    expect(read(Buffer.concat([webp(lossless(3, 3)), lossless(99, 99)]), 'image/webp').size).toBe('3x3');
  });

  test.each([
    ['no image', webp(riff('EXIF', hex('00')))],
    ['nothing behind its name', webp()],
    ['half a canvas', webp(canvas(3, 3)).subarray(0, 26)],
    ['a lossy image without start code', webp(riff('VP8 ', Buffer.alloc(10, 1)))],
    ['a lossless image without signature', webp(riff('VP8L', Buffer.alloc(5)))],
    ['no width', webp(lossy(0, 8))],
  ])('is corrupt with %s', (_what, bytes) => {
    expect(() => read(bytes, 'image/webp')).toThrow(
      /^The upload cannot be read as WebP: it[a-z ]+\. The service does not keep rejected originals: upload the file again, or a copy saved by another program\.$/,
    );
  });
});
