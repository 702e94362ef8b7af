import { type Benchmark, atMost, type Figure, informs } from './support/figures';
import { coldImports } from './support/imaging/cold';
import { memory } from './support/imaging/memory';
import { qualityFigures } from './support/imaging/quality-figures';
import { ImagingSamples } from './support/imaging/samples';
import { ImagingSide } from './support/imaging/side';
import { FORMATS, SIDES } from './support/imaging/task';
import { compare, type Comparison } from './support/rounds';

/** Three rounds per photo. */
const ROUNDS = 12;

async function everyFormat(samples: ImagingSamples): Promise<Figure[]> {
  const [ours, naive, bound] = (['ours', 'naive', 'bound'] as const).map(
    how => new ImagingSide(samples, { how, sides: SIDES, formats: FORMATS }),
  );
  const againstNaive = await compare(ours.sample, naive.sample, ROUNDS);
  const againstBound = await compare(ours.sample, bound.sample, ROUNDS);
  return [
    informs('3 formats × 1600, 800, 320, 96', against(againstNaive)),
    atMost('P1: worker against naive, CPU', againstNaive.ratio, 1 / 10, ratio => `1/${(1 / ratio).toFixed(1)}`),
    atMost('P1: bytes against naive', ours.total('bytes') / naive.total('bytes') - 1, 0.14, percent),
    atMost('P2: worker against its own decode and encodes', againstBound.ratio, 1.06, times),
  ];
}

async function webpOnly(samples: ImagingSamples): Promise<Figure[]> {
  const [ours, naive] = (['ours', 'naive'] as const).map(
    how => new ImagingSide(samples, { how, sides: SIDES, formats: ['webp'] }),
  );
  const comparison = await compare(ours.sample, naive.sample, ROUNDS);
  return [
    informs('WebP × 1600, 800, 320, 96', against(comparison)),
    atMost('P3: worker against naive, CPU', comparison.ratio, 0.46, times),
  ];
}

async function run(): Promise<Figure[]> {
  const cold = await coldImports();
  const samples = await ImagingSamples.build();
  return [
    ...await everyFormat(samples), ...await webpOnly(samples), ...await qualityFigures(), ...await memory(), ...cold,
  ];
}

function against({ ours, peer }: Comparison): string {
  return `${(ours / 1000).toFixed(0)} ms CPU against ${(peer / 1000).toFixed(0)}`;
}

function times(ratio: number): string {
  return `${ratio.toFixed(2)} ×`;
}

function percent(share: number): string {
  return `${share > 0 ? '+' : ''}${(share * 100).toFixed(1)} %`;
}

export const benchmark: Benchmark = {
  about: 'P1 to P6: CPU, bytes, quality and memory of variants, and a cold worker, against naive peers (needs Python)',
  needs: ['photographs', 'Python', 'worker zip files'],
  run,
};
