import { drawScene } from './good-files';
import type { MadeFile } from './made-file';
import { frame, gif, le } from '../../lambda/imaging/support/files';
import { greyPng } from '../png';

/** Files that must end as `rejected`, each with a code that fits its verdict. */
export async function hostileFiles(): Promise<MadeFile[]> {
  return [...await makeTruncated(), ...await makeDamaged(), ...await otherTypes(), ...await beyondLimits()];
}

type Format = 'jpeg' | 'png' | 'webp' | 'gif' | 'avif';
const FORMATS: readonly Format[] = ['jpeg', 'png', 'webp', 'gif', 'avif'];

async function encode(format: Format): Promise<Buffer> {
  return drawScene(320, 200).toFormat(format).toBuffer();
}

/** The first half of a file of each format, and its first 16 bytes. */
async function makeTruncated(): Promise<MadeFile[]> {
  const files = await Promise.all(FORMATS.map(async format => {
    const whole = await encode(format);
    return [
      corrupt(format, 'half', whole.subarray(0, whole.length / 2)),
      corrupt(format, 'start', whole.subarray(0, 16)),
    ];
  }));
  return files.flat();
}

async function makeDamaged(): Promise<MadeFile[]> {
  const png = await encode('png');
  const scrambled = Buffer.from(png);
  // Overwrites the middle of the first IDAT: its checksum and its stream become wrong.
  scrambled.fill(0x5a, png.indexOf('IDAT') + 100, png.indexOf('IDAT') + 140);
  const webp = await encode('webp');
  const zeroed = Buffer.from(webp);
  zeroed.fill(0, 20);
  return [
    corrupt('png', 'scrambled', scrambled),
    corrupt('png', 'no-sides', greyPng(0, 0, Buffer.alloc(0))),
    corrupt('png', 'no-pixels', greyPng(64, 64, Buffer.alloc(0))),
    corrupt('jpeg', 'only-markers', Buffer.from('ffd8ffd9', 'hex')),
    corrupt('gif', 'no-frame', gif(20, 20)),
    corrupt('webp', 'zeroed', zeroed),
  ];
}

function corrupt(kind: Format, name: string, bytes: Buffer): MadeFile {
  return { name: `corrupt-${kind}-${name}.${kind}`, verdict: 'must_reject_corrupt', kind, bytes };
}

async function otherTypes(): Promise<MadeFile[]> {
  const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>alert(1)</script></svg>';
  const entity = '<!DOCTYPE svg [<!ENTITY secret SYSTEM "file:///etc/passwd">]><svg xmlns="http://www.w3.org/2000/svg"><text>&secret;</text></svg>';
  const files: [string, string, Buffer | string][] = [
    ['svg', 'script.svg', svg],
    ['svg', 'entity.svg', entity],
    ['html', 'page.html', '<!doctype html><img src=x onerror=alert(1)>'],
    ['other', 'document.pdf', '%PDF-1.7\n1 0 obj\n<<>>\nendobj\n'],
    ['other', 'empty-words.txt', 'no image at all'],
    ['zip', 'archive.zip', Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), Buffer.alloc(26)])],
    ['bmp', 'still.bmp', Buffer.concat([Buffer.from('BM', 'latin1'), Buffer.alloc(60)])],
    ['jxl', 'still.jxl', Buffer.from('0000000c4a584c200d0a870a', 'hex')],
    [
      'isobmff-other', 'film.mp4',
      Buffer.concat([Buffer.from('\0\0\0\x18ftypisom\0\0\0\0isommp41', 'latin1'), Buffer.alloc(40)]),
    ],
    ['pnm', 'still.ppm', 'P6 1 1 255\n\0\0\0'],
    ['tiff/raw', 'still.tif', await drawScene(40, 30).tiff().toBuffer()],
  ];
  return files.map(
    ([kind, name, bytes]) => ({ name: `type-${name}`, verdict: 'must_reject_type', kind, bytes: Buffer.from(bytes) }),
  );
}

/** Small files that declare more than the limits allow. */
async function beyondLimits(): Promise<MadeFile[]> {
  const frames = Array.from({ length: 2000 }, () => frame(0, 0, 1, 1));
  return [
    beyond('png', 'pixels', greyPng(16_000, 16_000, Buffer.alloc(64))),
    beyond('png', 'side', greyPng(1_000_000, 1, Buffer.alloc(64))),
    beyond('jpeg', 'pixels', await largeJpeg()),
    beyond('gif', 'frames', gif(1, 1, ...frames)),
    beyond('gif', 'pixels', gif(65_535, 65_535, frame(0, 0, 1, 1))),
    beyond('webp', 'pixels', largeWebp()),
  ];
}

function beyond(kind: Format, name: string, bytes: Buffer): MadeFile {
  return { name: `limit-${kind}-${name}.${kind}`, verdict: 'must_reject_limit', kind, bytes };
}

/** A real JPEG with a frame header (ITU-T T.81, section B.2.2) that declares 65,535 pixels for each side. */
async function largeJpeg(): Promise<Buffer> {
  const bytes = await encode('jpeg');
  const header = bytes.indexOf(Buffer.from('ffc0', 'hex'));
  bytes.writeUInt16BE(65_535, header + 5);
  bytes.writeUInt16BE(65_535, header + 7);
  return bytes;
}

/** The start of a lossless WebP (RFC 9649, section 3.4): a signature and two sides of 14 bits. */
function largeWebp(): Buffer {
  const content = Buffer.concat([Buffer.of(0x2f), le(4, 16_382 + 16_382 * 2 ** 14), Buffer.alloc(5)]);
  const chunk = Buffer.concat([Buffer.from('VP8L', 'latin1'), le(4, content.length), content]);
  return Buffer.concat([Buffer.from('RIFF', 'latin1'), le(4, chunk.length + 4), Buffer.from('WEBP', 'latin1'), chunk]);
}
