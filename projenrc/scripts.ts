import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { BuildOptions } from 'esbuild';

export const ROOT = join(__dirname, '..');
const HANDLER_SUFFIX = '.lambda.ts';

/** A script that ships: its source, and its place below the folder that is built. */
export interface Script {
  readonly options: BuildOptions;
  readonly outfile: string;
  /** Whether it is a handler of Lambda, which `bundleHandler` bundles. */
  readonly isHandler?: boolean;
}

/**
 * Decoders have native code: on Lambda both handlers are in the zip files that `zipWorker` makes, one for each
 * processor.
 */
export const [WORKER, TRANSFORM] = ['worker', 'transform'];

export const OPTIONS: BuildOptions = {
  bundle: true,
  minify: true,
  platform: 'node',
  target: 'node24',
  // CommonJS starts faster on Lambda than ESM, and the module builds of the SDK tree-shake better than its main builds;
  // `npm run benchmark -- cold bundle` measures the result.
  format: 'cjs',
  mainFields: ['module', 'main'],
  legalComments: 'none',
  // A function's credentials are in its environment (lambda/aws/environment-credentials.ts). The SDK also searches
  // files, web identities, single sign-on and containers; this code would make the bundle about a seventh larger.
  alias: { '@aws-sdk/credential-provider-node': join(ROOT, 'lambda', 'aws', 'environment-credentials.ts') },
  absWorkingDir: ROOT,
  logLevel: 'warning',
};

export function handlerFile(name: string): string {
  return join(ROOT, 'lambda', `${name}${HANDLER_SUFFIX}`);
}

export const DECODER_SOURCE = join(ROOT, 'lambda', 'imaging', 'decoder', 'child.ts');
export const DECODER = 'decoder.js';

/** All scripts below `assets/`. A new handler is included by its name. */
export function assetScripts(): Script[] {
  const handlers = readdirSync(join(ROOT, 'lambda')).filter(file => file.endsWith(HANDLER_SUFFIX)).map(
    file => basename(file, HANDLER_SUFFIX),
  );
  return [
    ...handlers.map(
      name => ({
        options: { ...OPTIONS, entryPoints: [handlerFile(name)] }, outfile: join(name, 'index.js'), isHandler: true,
      }),
    ),
    // For this machine only: these scripts load sharp and libheif-js from the project's `node_modules`.
    ...[WORKER, TRANSFORM].map(name => ({
      options: { ...OPTIONS, entryPoints: [DECODER_SOURCE], external: ['sharp', 'libheif-js'] },
      outfile: join(name, DECODER),
    })),
    { options: { ...OPTIONS, entryPoints: [join(__dirname, 'bundle-unpack.ts')] }, outfile: 'unpack.js' },
  ];
}

/**
 * The operator's command in one file: it bundles its dependencies, because the package has no dependencies. It runs on
 * the Node.js of the machine that installs the package.
 */
export const COMMAND: Script = {
  options: {
    entryPoints: [join(ROOT, 'cli', 'main.ts')],
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    mainFields: ['module', 'main'],
    legalComments: 'none',
    banner: { js: '#!/usr/bin/env node' },
    absWorkingDir: ROOT,
    logLevel: 'warning',
  },
  outfile: 'cdk-image-service.js',
};
