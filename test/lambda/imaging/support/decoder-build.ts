import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';
import { DecoderPool, type DecoderPoolOptions } from '../../../../lambda/imaging/decoder/pool';
import { copyAv1Library } from '../../../../projenrc/bundle-av1';
import { writeSandboxes } from '../../../../projenrc/decoder-sandbox';
import { IMAGE_LIMITS } from '../../../../src/contract';

const ROOT = join(__dirname, '..', '..', '..', '..');

/** Limits of a worker with ample time. */
export const DECODER_LIMITS = { ...IMAGE_LIMITS, decodeWallSeconds: 3 * IMAGE_LIMITS.decodeSeconds };

/** A script for a `DecoderPool`, in a folder from which Node finds the packages that bundles leave out. */
export async function buildScript(entry: string): Promise<string> {
  mkdirSync(join(ROOT, 'tmp'), { recursive: true });
  const outfile = join(mkdtempSync(join(ROOT, 'tmp', 'decoder-')), 'child.js');
  await build({
    entryPoints: [join(ROOT, entry)],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    external: ['sharp', 'libheif-js'],
    logLevel: 'warning',
  });
  writeSandboxes(dirname(outfile));
  copyAv1Library(dirname(outfile));
  return outfile;
}

export const buildDecoder = (): Promise<string> => buildScript('lambda/imaging/decoder/child.ts');

/** Opens a pool on a fresh build before the tests of a suite, and removes both after them. */
export function openDecoderPool(
  use: (pool: DecoderPool, script: string) => void, options: Partial<DecoderPoolOptions> = {},
): void {
  let script: string;
  let pool: DecoderPool;

  beforeAll(async () => {
    script = await buildDecoder();
    pool = new DecoderPool({ script, limits: DECODER_LIMITS, ...options });
    use(pool, script);
  }, 120_000);

  afterAll(() => {
    pool.close();
    rmSync(dirname(script), { recursive: true, force: true });
  });
}
