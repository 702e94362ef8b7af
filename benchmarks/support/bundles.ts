import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, type BuildOptions } from 'esbuild';
import { bundleHandler } from '../../projenrc/bundle-handler';
import { handlerFile, OPTIONS } from '../../projenrc/scripts';

export const ROOT = join(__dirname, '..', '..');
/** Inside the project, so that packages left out of a bundle are found. */
export const OUT = join(ROOT, 'tmp', 'benchmarks');

async function bundle(name: string, entry: string, options: BuildOptions): Promise<string> {
  mkdirSync(OUT, { recursive: true });
  const outfile = join(OUT, `${name}.js`);
  await build({
    entryPoints: [join(ROOT, entry)],
    outfile,
    bundle: true,
    platform: 'node',
    absWorkingDir: ROOT,
    logLevel: 'warning',
    ...options,
  });
  return outfile;
}

/** Bundles as `npm run bundle` does, with some packages replaced. */
export async function bundleApi(name: string, alias: Record<string, string> = {}): Promise<string> {
  mkdirSync(OUT, { recursive: true });
  const outfile = join(OUT, `${name}.js`);
  const options = { ...OPTIONS, entryPoints: [handlerFile('api')], alias: { ...OPTIONS.alias, ...alias } };
  writeFileSync(outfile, (await bundleHandler(options)).code);
  return outfile;
}

/**
 * Not minified, as `NodejsFunction` bundles
 * (https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.aws_lambda_nodejs-readme.html).
 */
export function bundlePeer(
  name: string, options: Pick<BuildOptions, 'alias' | 'external'>, peer = 'full-stack',
): Promise<string> {
  return bundle(name, `benchmarks/peers/${peer}.lambda.ts`, { target: 'node24', ...options });
}

export function bundleScript(name: string, entry: string): Promise<string> {
  return bundle(name, entry, {});
}

/**
 * Libraries stay outside, as they do in production: sharp is a binary, libheif reads a file beside it, and npm installs
 * ipx.
 */
export function bundleSampler(name: string): Promise<string> {
  return bundle(name, `benchmarks/support/samplers/${name}.ts`, { external: ['sharp', 'libheif-js', 'ipx'] });
}

/** The app of a user with the CDK installed beside it. */
export function bundleStack(name: string, entry: string): Promise<string> {
  return bundle(name, entry, { external: ['aws-cdk-lib', 'constructs'], target: 'node20' });
}

export function locateStub(name: string): string {
  return join(ROOT, 'benchmarks', 'stubs', `${name}.ts`);
}
