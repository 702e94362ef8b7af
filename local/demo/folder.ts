import { readdir, readFile, stat } from 'node:fs/promises';
import { extname, join, relative } from 'node:path';
import type { ImageFile } from './image-file';
import { EXTENSIONS, IMAGE_TYPES, type ImageType } from '../../src/contract';

const TYPES = new Map<string, ImageType>([
  ...IMAGE_TYPES.map(type => [`.${EXTENSIONS[type]}`, type] as const), ['.jpeg', 'image/jpeg'],
]);

/** Lists the images in a folder and its subfolders by extension. The service checks their bytes. */
export async function listImageFiles(folder: string, atMost = Infinity): Promise<ImageFile[]> {
  const names = (await listFileNames(folder)).sort().filter(name => TYPES.has(extname(name).toLowerCase()));
  if (names.length === 0) {
    throw new Error(`the folder must hold images (${[...TYPES.keys()].join(', ')}), got none in: ${folder}`);
  }
  return Promise.all(names.slice(0, atMost).map(async name => buildImageFile(folder, name)));
}

/** Counts the skipped files by extension, in one line; undefined if every file has an image extension. */
export async function describeSkippedFiles(folder: string): Promise<string | undefined> {
  const extensions = (await listFileNames(folder)).map(name => extname(name).toLowerCase()).filter(
    extension => !TYPES.has(extension),
  );
  if (extensions.length === 0) return undefined;
  const counts = [...new Set(extensions)].sort().map(
    extension => `${extensions.filter(other => other === extension).length} ${extension || 'without an extension'}`,
  );
  return `Skipped ${extensions.length === 1 ? '1 file' : `${extensions.length} files`} without an image extension: ${counts.join(', ')}`;
}

async function listFileNames(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(
    (error: NodeJS.ErrnoException) => {
      throw new Error(`the folder cannot be read (${error.code}), got: ${folder}`);
    },
  );
  return entries.filter(entry => entry.isFile()).map(entry => relative(folder, join(entry.parentPath, entry.name)));
}

async function buildImageFile(folder: string, name: string): Promise<ImageFile> {
  const path = join(folder, name);
  const { size } = await stat(path);
  return { name, contentType: TYPES.get(extname(name).toLowerCase())!, size, read: async () => readFile(path) };
}
