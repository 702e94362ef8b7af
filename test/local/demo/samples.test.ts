import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { listImageFiles } from '../../../local/demo/folder';
import { makeSample } from '../../../local/demo/samples';
import { makeShowcaseImage, SHOWCASE_SIZE } from '../../../local/demo/samples/showcase';
import { makeWaves } from '../../../local/demo/samples/waves';

describe('the generated images include typical uploads', () => {
  test(
    'a photo of 12 megapixels, a portrait with GPS, a HEIC, an animation, a transparent and a deep PNG', async () => {
      const pictures = await Promise.all(Array.from({ length: SHOWCASE_SIZE }, async (_, n) => makeShowcaseImage(n)));
      const [photo, portrait, heic, animation, transparent, deep] = await Promise.all(
        pictures.map(async ({ contentType, read }) => {
          return { contentType, ...await sharp(await read(), { pages: -1 }).metadata() };
        }),
      );
      expect(photo).toMatchObject({ contentType: 'image/jpeg', format: 'jpeg', width: 4032, height: 3024 });
      expect(portrait).toMatchObject({
        contentType: 'image/jpeg',
        format: 'jpeg',
        width: 2016,
        height: 1512,
        orientation: 6,
      });
      // Tag 0x8825, GPS Info, little-endian.
      expect(portrait.exif!.includes(Buffer.from([0x25, 0x88]))).toBe(true);
      expect(heic).toMatchObject({ contentType: 'image/heic', compression: 'hevc', width: 3024, height: 4032 });
      expect(animation).toMatchObject({ contentType: 'image/gif', format: 'gif', pages: 12 });
      expect(transparent).toMatchObject({ contentType: 'image/png', format: 'png', hasAlpha: true });
      expect(deep).toMatchObject({ contentType: 'image/png', format: 'png', depth: 'ushort' });
    },
  );

  test('they come first, and waves after them', async () => {
    const names = await Promise.all([2, SHOWCASE_SIZE].map(async n => (await makeSample(n)).name));
    expect(names).toEqual(['phone.heic', 'waves-0001.jpg']);
  });
});

describe('images that the demo makes in numbers', () => {
  test('are of five types, and their bytes are what their names say', async () => {
    const pictures = await Promise.all([0, 1, 2, 3, 4].map(makeWaves));
    expect(pictures.map(({ contentType }) => contentType).sort()).toEqual([
      'image/avif', 'image/gif', 'image/jpeg', 'image/png', 'image/webp',
    ]);
    for (const { contentType, read } of pictures) {
      const { format, compression } = await sharp(await read()).metadata();
      expect(compression === 'av1' ? 'image/avif' : `image/${format}`).toBe(contentType);
    }
  });

  test('are the same at each run and differ from each other', async () => {
    const [one, again, next] = await Promise.all([5, 5, 10].map(async n => (await makeWaves(n)).read()));
    expect(one.equals(again)).toBe(true);
    expect(one.equals(next)).toBe(false);
  });

  test('declare the size that they have', async () => {
    const { size, read } = await makeWaves(3);
    expect((await read()).length).toBe(size);
  });
});

describe('images in a folder', () => {
  let folder: string;
  beforeEach(async () => { folder = await mkdtemp(join(tmpdir(), 'demo-pictures-')); });
  afterEach(async () => rm(folder, { recursive: true }));

  test('are found below it, by extension in any case, in the order of their names', async () => {
    await mkdir(join(folder, 'sub'));
    for (const name of ['b.JPG', 'a.jpeg', 'notes.txt', join('sub', 'c.heic')]) {
      await writeFile(join(folder, name), name);
    }
    const pictures = await listImageFiles(folder);
    expect(pictures.map(({ name, contentType, size }) => [name, contentType, size])).toEqual([
      ['a.jpeg', 'image/jpeg', 6], ['b.JPG', 'image/jpeg', 5], [join('sub', 'c.heic'), 'image/heic', 10],
    ]);
    expect(String(await pictures[1].read())).toBe('b.JPG');
  });

  test('are at most as many as asked for', async () => {
    for (const name of ['a.png', 'b.png', 'c.png']) await writeFile(join(folder, name), name);
    expect((await listImageFiles(folder, 2)).map(({ name }) => name)).toEqual(['a.png', 'b.png']);
  });

  test('must be there: the error names the types that count', async () => {
    await writeFile(join(folder, 'notes.txt'), 'none');
    await expect(listImageFiles(folder)).rejects.toThrow(
      /must hold images \(\.jpg, .*\.avif.*\), got none in: .*demo-pictures/,
    );
  });

  test('need a folder that can be read', async () => {
    await expect(listImageFiles(join(folder, 'missing'))).rejects.toThrow(
      /the folder cannot be read \(ENOENT\), got: .*missing/,
    );
  });
});
