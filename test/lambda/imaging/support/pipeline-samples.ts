import sharp from 'sharp';
import { readHeader } from '../../../../lambda/imaging/headers';
import type { ImageJob } from '../../../../lambda/imaging/pipeline/job';
import { sniff } from '../../../../lambda/imaging/sniff';
import type { VariantDefinition, VariantFormat } from '../../../../src/contract';
import { readCorpus, type CorpusFile } from '../../../support/corpus';
import { REQUIREMENTS, testIfMet } from '../../../support/requirements';

export const CORPUS = readCorpus();

/** A test of files that only the corpus of real files has. */
export const testCorpus = testIfMet(REQUIREMENTS.corpus);

export function corpusFile(name: string): CorpusFile {
  return CORPUS.find(file => file.name.startsWith(name))!;
}

export function variant(
  width: number, formats: VariantFormat[], more: Partial<VariantDefinition> = {},
): VariantDefinition {
  return {
    name: `w${width}`,
    width,
    height: width,
    fit: 'inside',
    formats,
    generation: 'eager',
    animated: false,
    ...more,
  };
}

export function buildJob(bytes: Buffer, variants: VariantDefinition[], more: Partial<ImageJob> = {}): ImageJob {
  return { bytes, header: readHeader(bytes, sniff(bytes)!), variants, ...more };
}

export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly data: Buffer;
}

export async function readPixels(bytes: Uint8Array): Promise<Pixels> {
  const { data, info } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height, channels: info.channels };
}

export function readPixel({ data, width, channels }: Pixels, x: number, y: number): number[] {
  const at = (y * width + x) * channels;
  return [...data.subarray(at, at + channels)];
}

/** The mean difference of a channel, out of 255. */
export function difference(a: Pixels, b: Pixels): number {
  if (a.data.length !== b.data.length || a.width !== b.width) return Infinity;
  return a.data.reduce((sum, value, i) => sum + Math.abs(value - b.data[i]), 0) / a.data.length;
}

/** Red and green above, blue and white below: each rotation looks different. */
export async function quadrants(width: number, height: number): Promise<sharp.Sharp> {
  const colors = ['#ff0000', '#00ff00', '#0000ff', '#ffffff'];
  const [w, h] = [width / 2, height / 2];
  const image = sharp({ create: { width, height, channels: 3, background: '#000000' } });
  const parts = colors.map((background, i) => ({
    input: { create: { width: w, height: h, channels: 3 as const, background } },
    left: (i % 2) * w,
    top: Math.floor(i / 2) * h,
  }));
  return sharp(await image.composite(parts).png().toBuffer()).removeAlpha();
}

/** The stored order of pixels with which each EXIF orientation shows them upright. */
export async function stored(upright: Buffer, orientation: number): Promise<Buffer> {
  const turns: Record<number, (image: sharp.Sharp) => sharp.Sharp> = {
    1: image => image,
    2: image => image.flop(),
    3: image => image.rotate(180),
    4: image => image.flip(),
    6: image => image.rotate(270),
    8: image => image.rotate(90),
  };
  // 5 and 7 are transpositions, in two steps: sharp has its own order.
  const turned = orientation === 5 ? await sharp(upright).rotate(90).png().toBuffer()
    : orientation === 7 ? await sharp(upright).rotate(270).png().toBuffer() : upright;
  const image = orientation === 5 || orientation === 7 ? sharp(turned).flop() : turns[orientation](sharp(turned));
  return oriented(await image.jpeg({ quality: 95, chromaSubsampling: '4:4:4' }).toBuffer(), orientation);
}

/** Adds an APP1 segment that holds only the tag 0x0112 (Exif 2.32, section 4.6.4). */
function oriented(jpeg: Buffer, orientation: number): Buffer {
  const entry = Buffer.from([0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0]);
  const tiff = Buffer.concat([Buffer.from('MM\0*\0\0\0\x08\0\x01', 'latin1'), entry, Buffer.alloc(4)]);
  const body = Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), tiff]);
  return Buffer.concat([jpeg.subarray(0, 2), Buffer.from([0xff, 0xe1, 0, body.length + 2]), body, jpeg.subarray(2)]);
}
