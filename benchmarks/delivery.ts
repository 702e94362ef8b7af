import { requireAtMost, type Benchmark, type Figure, buildFigure } from './support/figures';
import { ImagingSamples } from './support/imaging/samples';
import { ImagingSide } from './support/imaging/side';
import type { LossyFormat } from './support/imaging/task';
import { BATCH_IMAGES, IMAGES } from './support/list/list-page';
import { PageSamples } from './support/list/page-samples';
import { compare } from './support/rounds';

/** Three rounds per photo. */
const ROUNDS = 12;
const SIDE = 800;

async function measureListPage(samples: PageSamples): Promise<Figure[]> {
  const { ours, peer, ratio } = await compare(
    () => samples.measureMicros('signed'), () => samples.measureMicros('presigned'),
  );
  return [
    buildFigure(
      `URLs of a page of ${IMAGES} images × 4 variants`,
      `${formatMilliseconds(ours, 1)} CPU against ${formatMilliseconds(peer, 1)}`,
    ),
    requireAtMost('P10: signatures for each image', samples.countSignatures('signed'), 1, String),
    requireAtMost(
      'P10: URLs against the SDK\'s getSignedUrl, CPU', ratio, 1 / 30, value => `1/${(1 / value).toFixed(1)}`,
    ),
  ];
}

/** A whole answer of `batch-get`, beside the URLs of a list page. Its table is in memory. */
async function measureBatchPage(samples: PageSamples): Promise<Figure[]> {
  const { ours, peer, ratio } = await compare(
    () => samples.measureMicros('batch'), () => samples.measureMicros('signed'),
  );
  return [
    buildFigure(
      `batch-get of ${BATCH_IMAGES} images of as many owners × 4 variants`,
      `${formatMilliseconds(ours, 1)} CPU; URLs of a list page ${formatMilliseconds(peer, 1)}`,
    ),
    buildFigure('for each image, against the URLs of a list page, CPU', formatRatio(ratio * IMAGES / BATCH_IMAGES)),
    requireAtMost('batch-get: signatures for each image', samples.countSignatures('batch'), 1, String),
  ];
}

/** Both peers run in the same round, each beside ours. */
async function measureOnDemand(samples: ImagingSamples, format: LossyFormat, goal: number): Promise<Figure[]> {
  const [ours, dit, ipx] = (['ours', 'dit', 'ipx'] as const).map(
    how => new ImagingSide(samples, { how, sides: [SIDE], formats: [format] }),
  );
  const againstDit = await compare(ours.sample, dit.sample, ROUNDS);
  const againstIpx = await compare(ours.sample, ipx.sample, ROUNDS);
  const name = format === 'avif' ? 'AVIF' : 'WebP';
  const perImage = [againstDit.ours, againstDit.peer, againstIpx.peer].map(micros => formatMilliseconds(micros, 0));
  const cameraBytes = [dit, ipx].map(side => side.computeTotal('cameraBytes'));
  return [
    buildFigure(`${SIDE} px ${name} on demand`, `${perImage[0]} CPU; DIT ${perImage[1]}, ipx ${perImage[2]}`),
    requireAtMost(`P11: ${name} against DIT, CPU`, againstDit.ratio, goal, formatRatio),
    buildFigure(`${name} against ipx, CPU`, formatRatio(againstIpx.ratio)),
    buildFigure(
      `${name}, bytes of four photographs`,
      [ours, dit, ipx].map(side => formatKilobytes(side.computeTotal('bytes'))).join('; '),
    ),
    requireAtMost(
      `P11: ${name}, EXIF and XMP in them (DIT ${cameraBytes[0]}, ipx ${cameraBytes[1]} bytes)`,
      ours.computeTotal('cameraBytes'),
      0,
      String,
    ),
  ];
}

async function run(): Promise<Figure[]> {
  const samples = await ImagingSamples.build();
  const pages = await PageSamples.build();
  return [
    ...await measureListPage(pages),
    ...await measureBatchPage(pages),
    ...await measureOnDemand(samples, 'webp', 0.6),
    ...await measureOnDemand(samples, 'avif', 0.12),
  ];
}

function formatMilliseconds(micros: number, digits: number): string {
  return `${(micros / 1000).toFixed(digits)} ms`;
}

function formatKilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(0)} KB`;
}

function formatRatio(ratio: number): string {
  return `${ratio.toFixed(2)} ×`;
}

export const benchmark: Benchmark = {
  about: 'P10 and P11: URLs of a list page, a batch-get and variants on demand, CPU, against the SDK, DIT\'s approach and ipx',
  needs: ['photographs'],
  run,
};
