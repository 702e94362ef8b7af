import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleStack, OUT, ROOT } from './support/bundles';
import { requireAtMost, type Benchmark, type Figure, buildFigure } from './support/figures';
import { compare } from './support/rounds';
import { sample } from './support/samples';

const GOAL = 1.1;
const ROUNDS = 21;

/**
 * CDK's validation of templates, in versions that have it, takes seconds on both sides (measured with 2.27x) and is not
 * our work.
 */
const ENV = { CDK_VALIDATION: 'false' };

/** Users run the code that jsii compiled. */
function writeUserStack(): string {
  execFileSync('npx', ['projen', 'compile'], { cwd: ROOT, stdio: 'pipe' });
  const file = join(OUT, 'user-stack.js');
  writeFileSync(
    file,
    `const { Delivery, ImageService, Monitoring } = require(${JSON.stringify(join(ROOT, 'lib'))});\nexports.build = stack => void new ImageService(stack, 'Images', { delivery: Delivery.presignedOnly(), monitoring: Monitoring.none() });\n`,
  );
  return file;
}

function writeHandWrittenStack(peer: string): string {
  const file = join(OUT, 'peer-stack.js');
  const assets = JSON.stringify(join(ROOT, 'assets'));
  writeFileSync(
    file,
    `const { buildHandWrittenStack } = require(${JSON.stringify(peer)});\nexports.build = stack => buildHandWrittenStack(stack, ${assets});\n`,
  );
  return file;
}

async function run(): Promise<Figure[]> {
  const sampler = await bundleStack('synth-sample', 'benchmarks/support/samplers/synth-sample.ts');
  const peer = writeHandWrittenStack(await bundleStack('hand-written-stack', 'benchmarks/peers/hand-written-stack.ts'));
  const ours = writeUserStack();
  const { ours: mine, peer: theirs, ratio } = await compare(
    () => sample(sampler, ours, ENV), () => sample(sampler, peer, ENV), ROUNDS,
  );
  return [
    buildFigure('new ImageService(stack, \'Images\') without a CDN, whole process', formatMilliseconds(mine)),
    buildFigure('the same by hand, whole process', formatMilliseconds(theirs)),
    requireAtMost('P12: ratio', ratio, GOAL, value => `${value.toFixed(2)} ×`),
  ];
}

function formatMilliseconds(micros: number): string {
  return `${(micros / 1000).toFixed(0)} ms CPU`;
}

export const benchmark: Benchmark = {
  about: 'P12: CPU of a synth, against the same stack written by hand',
  needs: ['worker zip files', 'compiled construct'],
  run,
};
