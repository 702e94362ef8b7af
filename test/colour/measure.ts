import sharp from 'sharp';
import { readChart, WIDTH, type Color, type Picture } from './chart';
import { deltaE } from './delta-e';
import type { Input } from './inputs';
import type { DecoderPool } from '../../lambda/imaging/decoder/pool';
import { readHeader } from '../../lambda/imaging/headers';
import { sniff } from '../../lambda/imaging/sniff';
import type { VariantDefinition, VariantFormat } from '../../src/contract';

export const FORMATS = ['avif', 'webp', 'jpeg'] as const satisfies readonly VariantFormat[];

export interface Measured {
  readonly picture: Picture;
  readonly colors: readonly Color[];
  readonly median: number;
  readonly worst: number;
}

function makeVariant(format: VariantFormat): VariantDefinition {
  return {
    name: format,
    width: WIDTH,
    height: WIDTH,
    fit: 'inside',
    formats: [format],
    generation: 'eager',
    animated: false,
  };
}

/** Compares the variants of one input with the expected colours. */
export async function measure(
  { bytes: original, expected }: Input, decoders: Pick<DecoderPool, 'decode'>,
): Promise<Measured[]> {
  const header = readHeader(original, sniff(original)!);
  const { variants } = await decoders.decode({ bytes: original, header, variants: FORMATS.map(makeVariant) });
  return Promise.all(variants.map(async ({ bytes }) => {
    const { data, info } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true });
    return compare({ data, width: info.width, height: info.height, channels: info.channels }, expected);
  }));
}

export function compare(picture: Picture, expected: readonly Color[]): Measured {
  const colors = readChart(picture);
  const sorted = colors.map((color, i) => deltaE(color, expected[i])).sort((a, b) => a - b);
  return { picture, colors, median: sorted[Math.floor(sorted.length / 2)], worst: sorted[sorted.length - 1] };
}

/** For SDR, the limits from the issue; for HDR, the distance to Chromium's picture. */
export function findLimits({ isHdr }: Input): { readonly median: number; readonly worst: number } {
  return isHdr ? { median: 3, worst: 6 } : { median: 1.5, worst: 4 };
}
