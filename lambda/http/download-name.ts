import { EXTENSIONS, FITTING_EXTENSIONS, type ImageRecord, type ImageType } from '../../src/contract';

type NamedImage = Pick<ImageRecord, 'image_id' | 'filename' | 'content_type' | 'sniffed_type'>;

/**
 * The file name of a downloaded original. The uploader chose it and others save the file, so it always ends in an
 * extension of the detected type: a polyglot GIF must not be saved as `invoice.html`. Bidi controls would disguise the
 * extension, and Windows drops trailing dots and blanks
 * (https://learn.microsoft.com/windows/win32/fileio/naming-a-file).
 */
export function buildDownloadName({ image_id, filename = '', content_type, sniffed_type }: NamedImage): string {
  const type = sniffed_type ?? content_type;
  const name = trimEnd(filename.replace(/\p{Bidi_Control}/gu, '')) || `${image_id}.${EXTENSIONS[content_type]}`;
  return hasExtension(name, type) ? name : `${name}.${EXTENSIONS[type]}`;
}

function hasExtension(name: string, type: ImageType): boolean {
  const dot = name.lastIndexOf('.');
  return dot >= 0 && FITTING_EXTENSIONS[type].includes(name.slice(dot + 1).toLowerCase());
}

/** Without a pattern that ends in `$`: it would take quadratic time on many blanks. */
function trimEnd(name: string): string {
  let end = name.length;
  while (end > 0 && /[\s.]/.test(name[end - 1])) end--;
  return name.slice(0, end);
}
