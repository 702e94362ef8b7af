import { type Benchmark, requireAtMost, type Figure, buildFigure } from './support/figures';
import { measureColdImports } from './support/imaging/cold';
import { measureMemory } from './support/imaging/memory';
import { measureQuality } from './support/imaging/quality-figures';
import { ImagingSamples } from './support/imaging/samples';
import { ImagingSide } from './support/imaging/side';
import { FORMATS, SIDES } from './support/imaging/task';
import { compare, type Comparison } from './support/rounds';

/** Three rounds per photo. */
const ROUNDS = 12;

async function measureEveryFormat(samples: ImagingSamples): Promise<Figure[]> {
  const [ours, naive, bound] = (['ours', 'naive', 'bound'] as const).map(
    how => new ImagingSide(samples, { how, sides: SIDES, formats: FORMATS }),
  );
  const againstNaive = await compare(ours.sample, naive.sample, ROUNDS);
  const againstBound = await compare(ours.sample, bound.sample, ROUNDS);
  return [
    buildFigure('3 formats × 1600, 800, 320, 96', formatComparison(againstNaive)),
    requireAtMost('P1: worker against naive, CPU', againstNaive.ratio, 1 / 10, ratio => `1/${(1 / ratio).toFixed(1)}`),
    requireAtMost(
      'P1: bytes against naive', ours.computeTotal('bytes') / naive.computeTotal('bytes') - 1, 0.14, formatPercent,
    ),
    requireAtMost('P2: worker against its own decode and encodes', againstBound.ratio, 1.06, formatRatio),
  ];
}

async function measureWebp(samples: ImagingSamples): Promise<Figure[]> {
  const [ours, naive] = (['ours', 'naive'] as const).map(
    how => new ImagingSide(samples, { how, sides: SIDES, formats: ['webp'] }),
  );
  const comparison = await compare(ours.sample, naive.sample, ROUNDS);
  return [
    buildFigure('WebP × 1600, 800, 320, 96', formatComparison(comparison)),
    requireAtMost('P3: worker against naive, CPU', comparison.ratio, 0.46, formatRatio),
  ];
}

async function run(): Promise<Figure[]> {
  const cold = await measureColdImports();
  const samples = await ImagingSamples.build();
  return [
    ...await measureEveryFormat(samples),
    ...await measureWebp(samples),
    ...await measureQuality(),
    ...await measureMemory(),
    ...cold,
  ];
}

function formatComparison({ ours, peer }: Comparison): string {
  return `${(ours / 1000).toFixed(0)} ms CPU against ${(peer / 1000).toFixed(0)}`;
}

function formatRatio(ratio: number): string {
  return `${ratio.toFixed(2)} ×`;
}

function formatPercent(share: number): string {
  return `${share > 0 ? '+' : ''}${(share * 100).toFixed(1)} %`;
}

export const benchmark: Benchmark = {
  about: 'P1 to P6: CPU, bytes, quality and memory of variants, and a cold worker, against naive peers (needs Python)',
  needs: ['photographs', 'Python', 'worker zip files'],
  run,
};
