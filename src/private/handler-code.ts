import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { IgnoreMode } from 'aws-cdk-lib';
import { Platform } from 'aws-cdk-lib/aws-ecr-assets';
import * as lambda from 'aws-cdk-lib/aws-lambda';

/** The root of this package; the same from `src/private` and `lib/private`. */
const PACKAGE = join(__dirname, '..', '..');
const DOCKERFILE = 'Dockerfile.lambda';
const CLAMAV_DOCKERFILE = 'Dockerfile.clamav';

/** Code, handler, runtime and architecture of a function. */
export type HandlerCode = Pick<lambda.FunctionProps, 'architecture' | 'code' | 'handler' | 'runtime'>;

/**
 * Finds a handler by its folder in `assets/`. Handlers are bundled when this package is built, so users need no
 * bundler.
 */
export type FindHandler = (handler: string) => HandlerCode;

/**
 * Handlers that decode need native code. A zip file for each processor holds the worker and the transform function,
 * each by its file.
 */
const NATIVE: Record<string, { readonly folder: string; readonly file: string } | undefined> = {
  worker: { folder: 'worker', file: 'index' },
  transform: { folder: 'worker', file: 'transform' },
};
/** Handlers that need ClamAV run from an image of their own, built for the function's processor. */
const IN_CLAMAV_IMAGE = ['scan', 'refresh'];

/** Takes a zip file for each handler. */
export function fromZip(architecture: lambda.Architecture): FindHandler {
  return handler => ({
    architecture,
    code: lambda.Code.fromAsset(locateBundle(handler, architecture)),
    handler: `${findEntryPoint(handler).file}.handler`,
    runtime: lambda.Runtime.NODEJS_24_X,
  });
}

/** Takes one image with all handlers, selected by the command. The same content is one asset for all functions. */
export function fromImage(architecture: lambda.Architecture, baseImage?: string): FindHandler {
  return handler => {
    locateBundle(handler, architecture);
    return {
      architecture,
      code: lambda.Code.fromAssetImage(PACKAGE, {
        file: DOCKERFILE,
        // Only the files of the image are sent to the builder and count for the hash of the asset. The array is new
        // each time, because CDK adds to it.
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

/** Takes the ClamAV image, with its handler selected by the command. */
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

/**
 * Locates a bundled handler. The published package contains them; a clone of the repository has to bundle them first.
 */
function locateBundle(handler: string, architecture: lambda.Architecture): string {
  // Compared by name: objects from other jsii languages are different objects.
  const native = NATIVE[handler];
  return requireAsset(native ? `${native.folder}-${architecture.name}.zip` : handler);
}

function findEntryPoint(handler: string): { readonly folder: string; readonly file: string } {
  return NATIVE[handler] ?? { folder: handler, file: 'index' };
}

/** Reads the code of an edge function. It is inline text with data in front, not an asset. */
export function readEdgeCode(name: string): string {
  return readFileSync(requireAsset(join('edge', `${name}.js`)), 'utf8');
}

function requireAsset(path: string): string {
  const asset = join(PACKAGE, 'assets', path);
  if (!existsSync(asset)) {
    throw new Error(`the bundled handler ${asset} is missing; run \`npm run bundle\`, or reinstall the package`);
  }
  return asset;
}
