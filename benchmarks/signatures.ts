import { createHash, randomBytes } from 'node:crypto';
import { p256 } from '@noble/curves/p256';
import { type Benchmark, type Figure, buildFigure } from './support/figures';
import { compare, measureCpuMicros } from './support/rounds';
import { signRepeatably } from '../lambda/aws/repeatable-ecdsa';

const SIGNATURES = 500;
/** The largest page of a list: one signature for each image. */
const PAGE = 100;

type Sign = (message: string, key: Buffer) => Uint8Array;

const signByNoble: Sign = (message, key) =>
  p256.sign(createHash('sha256').update(message, 'utf8').digest(), key, { lowS: false }).toBytes('der');

/** CPU of one signature, in microseconds. */
async function measure(sign: Sign): Promise<number> {
  const key = randomBytes(32);
  const messages = Array.from({ length: SIGNATURES }, () => randomBytes(100).toString('base64'));
  return await measureCpuMicros(async () => { for (const message of messages) sign(message, key); }) / SIGNATURES;
}

async function run(): Promise<Figure[]> {
  // Before the first round, both are compiled, and the library has its table of multiples.
  for (const sign of [signRepeatably, signByNoble]) await measure(sign);
  const { ours, peer, ratio } = await compare(async () => measure(signRepeatably), async () => measure(signByNoble));
  return [
    buildFigure(
      'a signature, CPU, against @noble/curves',
      `${ours.toFixed(0)} µs against ${peer.toFixed(0)}: 1/${(1 / ratio).toFixed(1)}`,
    ),
    buildFigure(
      `signatures of a page of ${PAGE} images, CPU`,
      `${formatMilliseconds(ours * PAGE)} against ${formatMilliseconds(peer * PAGE)}`,
    ),
  ];
}

function formatMilliseconds(micros: number): string {
  return `${(micros / 1000).toFixed(1)} ms`;
}

export const benchmark: Benchmark = {
  about: 'CPU of a repeatable signature, against @noble/curves, which gives the same bytes',
  run,
};
