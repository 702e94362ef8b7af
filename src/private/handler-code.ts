import { existsSync } from 'node:fs';
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

/** A zip file for each handler. */
export function fromZip(architecture: lambda.Architecture): FindHandler {
  return handler => ({
    architecture,
    code: lambda.Code.fromAsset(bundled(handler === 'worker' ? workerZip(architecture) : handler)),
    handler: 'index.handler',
    runtime: lambda.Runtime.NODEJS_24_X,
  });
}

/** One image with all handlers in it, told apart by the command: the same content is one asset, however many functions name it. */
export function fromImage(architecture: lambda.Architecture, baseImage?: string): FindHandler {
  return handler => {
    bundled(handler === 'worker' ? workerZip(architecture) : handler);
    return {
      architecture,
      code: lambda.Code.fromAssetImage(PACKAGE, {
        file: DOCKERFILE,
        // Nothing else of this package is in the image, so nothing else is sent to the builder or makes another asset. A new array each
        // time: CDK adds to it.
        exclude: ['*', '!assets'],
        ignoreMode: IgnoreMode.DOCKER,
        buildArgs: { HANDLERS: 'packed', ...(baseImage && { BASE_IMAGE: baseImage }) },
        platform: Platform.custom(architecture.dockerPlatform),
        cmd: [`${handler}/index.handler`],
      }),
      handler: lambda.Handler.FROM_IMAGE,
      runtime: lambda.Runtime.FROM_IMAGE,
    };
  };
}

/** The handlers of ClamAV's image, told apart by the command as well. */
export function fromClamAvImage(architecture: lambda.Architecture): FindHandler {
  return handler => ({
    architecture,
    code: lambda.Code.fromAssetImage(PACKAGE, {
      file: CLAMAV_DOCKERFILE,
      exclude: ['*', '!assets/clamav'],
      ignoreMode: IgnoreMode.DOCKER,
      platform: Platform.custom(architecture.dockerPlatform),
      cmd: [`${handler}/index.handler`],
    }),
    handler: lambda.Handler.FROM_IMAGE,
    runtime: lambda.Runtime.FROM_IMAGE,
  });
}

/** The worker carries sharp, which is machine code. */
function workerZip({ name }: lambda.Architecture): string {
  return `worker-${name}.zip`;
}

/** The file or folder of a handler. The package has them; a clone of the repository must make them first. */
function bundled(handler: string): string {
  const path = join(PACKAGE, 'assets', handler);
  if (!existsSync(path)) throw new Error(`the bundled handler ${path} is not there: run \`npm run bundle\`, or install the package again`);
  return path;
}
