import { deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { frame, gif } from '../../lambda/imaging/support/files';
import { greyPng, pngChunk } from '../png';

const HUGE_TEXT = 200 * 1024 * 1024;
const SCANS = 90;

/** Files that are small on disk but huge in memory or time. Their headers are within the limits, or nearly. */
export async function bombs(): Promise<{ readonly name: string; readonly bytes: Buffer }[]> {
  return [
    { name: 'px_7000x7000_grey.png', bytes: greyPng(7000, 7000, Buffer.alloc(7000 * 7001)) },
    { name: 'adam7_7000x7000.png', bytes: await flat(7000, 7000).png({ progressive: true }).toBuffer() },
    { name: 'ztxt_200MB.png', bytes: withHugeText() },
    { name: 'idat_overrun_200MB.png', bytes: greyPng(8, 8, Buffer.alloc(HUGE_TEXT)) },
    {
      name: 'progressive_7000x7000_90scans.jpg',
      bytes: withScans(await flat(7000, 7000).jpeg({ progressive: true }).toBuffer()),
    },
    { name: 'av_6000x4000.avif', bytes: await flat(6000, 4000).avif({ effort: 0 }).toBuffer() },
    { name: 'lossless_8000x6000.webp', bytes: await flat(8000, 6000).webp({ lossless: true, effort: 0 }).toBuffer() },
    {
      name: 'px_547x547_490frames.gif',
      bytes: gif(547, 547, ...Array.from({ length: 490 }, () => frame(0, 0, 547, 547))),
    },
  ];
}

function flat(width: number, height: number): sharp.Sharp {
  return sharp({ create: { width, height, channels: 3, background: '#336699' } });
}

/** A text chunk (ISO/IEC 15948, section 11.3.4.3) after the header of a small image. */
function withHugeText(): Buffer {
  const png = greyPng(8, 8, Buffer.alloc(72));
  const headerEnd = png.indexOf('IHDR') + 4 + 13 + 4;
  const text = pngChunk(
    'zTXt', Buffer.concat([Buffer.from('Comment\0\0', 'latin1'), deflateSync(Buffer.alloc(HUGE_TEXT))]),
  );
  return Buffer.concat([png.subarray(0, headerEnd), text, png.subarray(headerEnd)]);
}

/** Repeats the last scan: a decoder visits all pixels for each. */
function withScans(jpeg: Buffer): Buffer {
  const last = jpeg.lastIndexOf(Buffer.from('ffda', 'hex'));
  const scan = jpeg.subarray(last, -2);
  return Buffer.concat([jpeg.subarray(0, -2), ...Array<Buffer>(SCANS - 10).fill(scan), jpeg.subarray(-2)]);
}
