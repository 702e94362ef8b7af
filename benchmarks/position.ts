import { join } from 'node:path';
import sharp from 'sharp';
import { ROOT } from './support/bundles';
import { requireAtLeast, type Benchmark, type Figure, buildFigure } from './support/figures';
import { type Box, createLabelledScenes, type LabelledScene } from './support/pictures/labelled-scenes';
import { DecoderPool } from '../lambda/imaging/decoder/pool';
import { readHeader } from '../lambda/imaging/headers';
import { scaleToFit } from '../lambda/imaging/pipeline/plan';
import { IMAGE_LIMITS, type VariantDefinition } from '../src/contract';

const SIDE = 320;
/** A crop keeps the subject if it contains at least this fraction. */
const KEPT = 0.9;
const GOAL = 0.9;

const POSITIONS = ['center', 'attention', 'entropy'] as const;
type Position = typeof POSITIONS[number];

const SQUARE = { width: SIDE, height: SIDE, fit: 'cover' } as const;
const COMMON = { formats: ['png'], generation: 'eager', animated: false } as const;

async function run(): Promise<Figure[]> {
  const scenes = createLabelledScenes();
  const decoders = new DecoderPool({
    script: join(ROOT, 'assets', 'worker', 'decoder.js'),
    limits: { ...IMAGE_LIMITS, decodeWallSeconds: 60 },
  });
  const kept: Record<Position, number> = { center: 0, attention: 0, entropy: 0 };
  try {
    for (const scene of scenes) {
      const shares = await measureShares(decoders, scene);
      for (const position of POSITIONS) if (shares[position] >= KEPT) kept[position]++;
      if (shares.attention < KEPT) process.stderr.write(` (${scene.name}: ${formatPercent(shares.attention)}) `);
      process.stderr.write('.');
    }
  } finally {
    decoders.close();
  }
  const computeShare = (position: Position): number => kept[position] / scenes.length;
  return [
    buildFigure(
      `${scenes.length} labelled scenes, square crops that keep the subject: CENTER`,
      formatPercent(computeShare('center')),
    ),
    requireAtLeast('ATTENTION', computeShare('attention'), GOAL, formatPercent),
    buildFigure('ENTROPY', formatPercent(computeShare('entropy'))),
  ];
}

/** The fraction of the subject in each crop. */
async function measureShares(decoders: DecoderPool, scene: LabelledScene): Promise<Record<Position, number>> {
  const whole = scaleToFit(scene, SQUARE);
  const variants: VariantDefinition[] = [
    { name: 'whole', ...whole, fit: 'inside', ...COMMON },
    ...POSITIONS.map(position => ({ name: position, ...SQUARE, ...position !== 'center' && { position }, ...COMMON })),
  ];
  const bytes = await scene.png();
  const made = await decoders.decode({ bytes, header: readHeader(bytes, 'image/png'), variants });
  const [pixels, ...crops] = await Promise.all(
    made.variants.map(async variant => sharp(variant.bytes).raw().toBuffer()),
  );
  const scale = whole.width / scene.width;
  const shares = POSITIONS.map(
    (position, i) => [position, computeOverlap(scene.subject, scale, locateCrop(crops[i], pixels, whole))],
  );
  return Object.fromEntries(shares) as Record<Position, number>;
}

/** Finds the crop's position in the whole: both have the same pixels, without loss. */
function locateCrop(
  crop: Buffer, whole: Buffer, { width, height }: { readonly width: number; readonly height: number },
): Box {
  const isWide = width > height;
  for (let at = 0; at <= Math.max(width, height) - SIDE; at++) {
    const [left, top] = isWide ? [at, 0] : [0, at];
    const hasRow = (row: number): boolean => {
      const start = ((top + row) * width + left) * 3;
      return crop.subarray(row * SIDE * 3, (row + 1) * SIDE * 3).equals(whole.subarray(start, start + SIDE * 3));
    };
    if (Array.from({ length: SIDE }, (_, row) => row).every(hasRow)) return { left, top, width: SIDE, height: SIDE };
  }
  throw new Error('a crop must be a part of the whole image, got: other pixels');
}

function computeOverlap(subject: Box, scale: number, crop: Box): number {
  const computeOverlapAlong = (start: number, length: number, from: number, size: number): number =>
    Math.max(0, Math.min((start + length) * scale, from + size) - Math.max(start * scale, from)) / (length * scale);
  return computeOverlapAlong(subject.left, subject.width, crop.left, crop.width) * computeOverlapAlong(
    subject.top, subject.height, crop.top, crop.height,
  );
}

function formatPercent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

export const benchmark: Benchmark = {
  about: 'The subject in square crops of 40 labelled scenes, by each position of a variant with fit COVER',
  needs: ['handlers'],
  run,
};
