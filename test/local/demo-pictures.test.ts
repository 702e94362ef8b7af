import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { picturesIn } from '../../local/demo/folder';
import { makePicture } from '../../local/demo/samples';

describe('images that the demo makes', () => {
  test('are of five types, and their bytes are what their names say', async () => {
    const pictures = await Promise.all([0, 1, 2, 3, 4].map(makePicture));
    expect(pictures.map(({ contentType }) => contentType).sort()).toEqual(['image/avif', 'image/gif', 'image/jpeg', 'image/png', 'image/webp']);
    for (const { contentType, read } of pictures) {
      const { format, compression } = await sharp(await read()).metadata();
      expect(compression === 'av1' ? 'image/avif' : `image/${format}`).toBe(contentType);
    }
  });

  test('are the same at each run and differ from each other', async () => {
    const [one, again, next] = await Promise.all([5, 5, 10].map(async n => (await makePicture(n)).read()));
    expect(one.equals(again)).toBe(true);
    expect(one.equals(next)).toBe(false);
  });

  test('declare the size that they have', async () => {
    const { size, read } = await makePicture(3);
    expect((await read()).length).toBe(size);
  });
});

describe('images in a folder', () => {
  let folder: string;
  beforeEach(async () => { folder = await mkdtemp(join(tmpdir(), 'demo-pictures-')); });
  afterEach(async () => rm(folder, { recursive: true }));

  test('are found below it, by extension in any case, in the order of their names', async () => {
    await mkdir(join(folder, 'sub'));
    for (const name of ['b.JPG', 'a.jpeg', 'notes.txt', join('sub', 'c.heic')]) await writeFile(join(folder, name), name);
    const pictures = await picturesIn(folder);
    expect(pictures.map(({ name, contentType, size }) => [name, contentType, size])).toEqual([
      ['a.jpeg', 'image/jpeg', 6], ['b.JPG', 'image/jpeg', 5], [join('sub', 'c.heic'), 'image/heic', 10],
    ]);
    expect(String(await pictures[1].read())).toBe('b.JPG');
  });

  test('are at most as many as asked for', async () => {
    for (const name of ['a.png', 'b.png', 'c.png']) await writeFile(join(folder, name), name);
    expect((await picturesIn(folder, 2)).map(({ name }) => name)).toEqual(['a.png', 'b.png']);
  });

  test('must be there: the error names the types that count', async () => {
    await writeFile(join(folder, 'notes.txt'), 'none');
    await expect(picturesIn(folder)).rejects.toThrow(/must hold images \(\.jpg, .*\.avif.*\), got none in: .*demo-pictures/);
  });

  test('need a folder that can be read', async () => {
    await expect(picturesIn(join(folder, 'missing'))).rejects.toThrow(/the folder cannot be read \(ENOENT\), got: .*missing/);
  });
});
