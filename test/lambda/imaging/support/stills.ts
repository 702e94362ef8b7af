import sharp from 'sharp';
import { be32, box } from './files';
import { buildJob, quadrants, readPixels, variant, type Pixels } from './pipeline-samples';
import type { DecoderPool } from '../../../../lambda/imaging/decoder/pool';

export interface DecodedStill {
  readonly size: string;
  readonly pixels: Pixels;
}

export async function decodeStill(pool: DecoderPool, bytes: Buffer): Promise<DecodedStill> {
  const { width, height, variants: [made] } = await pool.decode(buildJob(bytes, [variant(2000, ['png'])]));
  return { size: `${width}x${height}`, pixels: await readPixels(made.bytes) };
}

export type Step = (from: sharp.Sharp) => sharp.Sharp;

/** The quadrants after sharp has cropped, rotated and mirrored them in this order. */
export async function transformQuadrants(...steps: Step[]): Promise<Pixels> {
  let bytes = await (await quadrants(128, 96)).png().toBuffer();
  for (const step of steps) bytes = await step(sharp(bytes)).png().toBuffer();
  return readPixels(bytes);
}

/** Edges between the colours of a lossy image are slightly soft. */
export const NEAR = 4;

export const clap = (width: number, height: number, right: number, down: number): Buffer =>
  box('clap', be32(width, 1, height, 1, unsigned(right), 1, unsigned(down), 1));
const unsigned = (value: number): number => value < 0 ? value + 2 ** 32 : value;
export const turn = (quarters: number): Buffer => box('irot', Buffer.from([quarters]));
export const mirror = (mode: number): Buffer => box('imir', Buffer.from([mode]));
