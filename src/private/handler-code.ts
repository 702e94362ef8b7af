import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { IgnoreMode } from 'aws-cdk-lib';
import { Platform } from 'aws-cdk-lib/aws-ecr-assets';
import * as lambda from 'aws-cdk-lib/aws-lambda';

/** The root of this package; the same from `src/private` and `lib/private`. */
const PACKAGE = join(__dirname, '..', '..');
const DOCKERFILE = 'Dockerfile.lambda';
const CLAMAV_DOCKERFILE = 'Dockerfile.clamav';

/** How a function is told where its handler is and what it runs on. */
export type HandlerCode = Pick<lambda.FunctionProps, 'architecture' | 'code' | 'handler' | 'runtime'>;

/** Finds a handler by the name of its folder in `assets/`. They were bundled when this package was built, so that users need no bundler. */
export type FindHandler = (handler: string) => HandlerCode;

/** Those that decode, and so have native code beside them: a zip file for each processor holds the worker and the others, each by its file. */
const NATIVE: Record<string, { readonly folder: string; readonly file: string } | undefined> = {
  worker: { folder: 'worker', file: 'index' },
  transform: { folder: 'worker', file: 'transform' },
};
/** Those that need ClamAV beside them: an image of their own, of the function's own processor. */
const IN_CLAMAV_IMAGE = ['scan', 'refresh'];

/** A zip file for each handler. */
export function fromZip(architecture: lambda.Architecture): FindHandler {
  return handler => ({
    architecture,
    code: lambda.Code.fromAsset(locateBundle(handler, architecture)),
    handler: `${findEntryPoint(handler).file}.handler`,
    runtime: lambda.Runtime.NODEJS_24_X,
  });
}

/** One image with all handlers in it, told apart by the command: the same content is one asset, however many functions name it. */
export function fromImage(architecture: lambda.Architecture, baseImage?: string): FindHandler {
  return handler => {
    locateBundle(handler, architecture);
    return {
      architecture,
      code: lambda.Code.fromAssetImage(PACKAGE, {
        file: DOCKERFILE,
        // Nothing else of this package is in the image, so nothing else is sent to the builder or makes another asset. A new array each
        // time: CDK adds to it.
        exclude: ['*', '!assets', 'assets/worker', 'assets/transform', 'assets/edge'],
        ignoreMode: IgnoreMode.DOCKER,
        buildArgs: { HANDLERS: 'packed', ...(baseImage && { BASE_IMAGE: baseImage }) },
        platform: Platform.custom(architecture.dockerPlatform),
        cmd: [`${findEntryPoint(handler).folder}/${findEntryPoint(handler).file}.handler`],
      }),
      handler: lambda.Handler.FROM_IMAGE,
      runtime: lambda.Runtime.FROM_IMAGE,
    };
  };
}

/** ClamAV's image, whose handlers are told apart by the command as well. */
export function fromClamAvImage(architecture: lambda.Architecture): FindHandler {
  return handler => {
    locateBundle(handler, architecture);
    return {
      architecture,
      code: lambda.Code.fromAssetImage(PACKAGE, {
        file: CLAMAV_DOCKERFILE,
        exclude: ['*', ...IN_CLAMAV_IMAGE.map(name => `!assets/${name}`)],
        ignoreMode: IgnoreMode.DOCKER,
        platform: Platform.custom(architecture.dockerPlatform),
        cmd: [`${handler}/index.handler`],
      }),
      handler: lambda.Handler.FROM_IMAGE,
      runtime: lambda.Runtime.FROM_IMAGE,
    };
  };
}

/** Where a handler is. The package has them; a clone of the repository must make them first. */
function locateBundle(handler: string, architecture: lambda.Architecture): string {
  // By name: objects that come from other languages are not the same objects.
  const native = NATIVE[handler];
  return requireAsset(native ? `${native.folder}-${architecture.name}.zip` : handler);
}

function findEntryPoint(handler: string): { readonly folder: string; readonly file: string } {
  return NATIVE[handler] ?? { folder: handler, file: 'index' };
}

/** What runs at the edge: text that data is put in front of, no asset of its own. */
export function readEdgeCode(name: string): string {
  return readFileSync(requireAsset(join('edge', `${name}.js`)), 'utf8');
}

function requireAsset(path: string): string {
  const asset = join(PACKAGE, 'assets', path);
  if (!existsSync(asset)) throw new Error(`the bundled handler ${asset} is not there: run \`npm run bundle\`, or install the package again`);
  return asset;
}
