import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { bundleApi, ROOT, locateStub } from './support/bundles';
import { requireAtMost, type Benchmark, type Figure, buildFigure } from './support/figures';

const ASSETS = join(ROOT, 'assets');
const ZIPS = ['worker-arm64.zip', 'worker-x86_64.zip'];
const ZIP = 12_000_000;
const WITH_TELEMETRY = 620_000;
const WITHOUT_TELEMETRY = 520_000;

function formatKilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} KB`;
}

function readSize(file: string): number {
  return statSync(file).size;
}

function listHandlers(): string[] {
  return readdirSync(ASSETS).filter(name => name !== 'api' && existsSync(join(ASSETS, name, 'index.js')));
}

async function run(): Promise<Figure[]> {
  const telemetry = locateStub('no-telemetry');
  const bare = await bundleApi('api-without-telemetry', {
    '@aws-lambda-powertools/logger': telemetry,
    '@aws-lambda-powertools/metrics': telemetry,
  });
  return [
    requireAtMost(
      'P8: assets/api/index.js', readSize(join(ASSETS, 'api', 'index.js')), WITH_TELEMETRY, formatKilobytes,
    ),
    // No caller waits for these functions.
    ...listHandlers().map(
      name => buildFigure(`assets/${name}/index.js`, formatKilobytes(readSize(join(ASSETS, name, 'index.js')))),
    ),
    ...ZIPS.map(
      name => requireAtMost(
        `assets/${name}, with sharp, libvips and libheif`, readSize(join(ASSETS, name)), ZIP, formatKilobytes,
      ),
    ),
    requireAtMost('P8: api without logger and metrics', readSize(bare), WITHOUT_TELEMETRY, formatKilobytes),
  ];
}

export const benchmark: Benchmark = { about: 'P8: size of the bundled handlers', needs: ['worker zip files'], run };
