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
