import { Size, Token } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { fromImage, fromZip, type FindHandler } from '../private/handler-code';
import {
  checkSize, checkWholeNumber, makeFromOptions, listOptionNames, throwOptionError, describeValue,
} from '../private/validate';

/** Options of the functions, for zip files and container images. */
export interface ComputeOptions {
  /**
   * Processor of all functions. `ARM_64` costs less; `X86_64` is available in every region and emulator.
   * @default lambda.Architecture.ARM_64
   */
  readonly architecture?: lambda.Architecture;

  /**
   * Memory of the API function. Its CPU grows with the memory. From 128 to 10240 MiB, in whole mebibytes.
   * @default Size.mebibytes(512)
   */
  readonly apiMemory?: Size;

  /**
   * Provisioned concurrency of the API function: instances that are always warm, so that callers do not wait for a cold
   * start. AWS bills them by the hour. At least 1, and at most `reservedConcurrency`.
   * @default - no warm instances: the first requests after a pause take longer
   */
  readonly provisionedConcurrency?: number;

  /**
   * Maximum API requests that run at the same time, reserved from the account's concurrency. At least 1.
   * @default - no limit but the account's
   */
  readonly reservedConcurrency?: number;
}

/** Options of `Compute.zip()`. */
export interface ZipComputeOptions extends ComputeOptions {}

/** Options of `Compute.containerImage()`. */
export interface ContainerImageComputeOptions extends ComputeOptions {
  /**
   * AWS base image for Node.js 24, with a tag or digest. Use it for a newer version, or for a copy in your own
   * registry.
   * @default - the version of `public.ecr.aws/lambda/nodejs` in `Dockerfile.lambda` of this package
   */
  readonly baseImage?: string;
}

const COMMON_OPTIONS = {
  architecture: true,
  apiMemory: true,
  provisionedConcurrency: true,
  reservedConcurrency: true,
} as const;
const ZIP_OPTIONS = listOptionNames<ZipComputeOptions>(COMMON_OPTIONS);
const IMAGE_OPTIONS = listOptionNames<ContainerImageComputeOptions>({ ...COMMON_OPTIONS, baseImage: true });

/**
 * How the functions run: as zip files or a container image, on which processor, with how much memory and concurrency.
 */
export class Compute {
  /**
   * Runs the functions from zip files in this package: nothing is built on your machine, and AWS patches the runtime.
   * @throws if an option breaks a rule; the error names the option, the rule, the value and the fix
   */
  public static zip(options: ZipComputeOptions = {}): Compute {
    return makeFromOptions('compute', 'Compute.zip()', options, ZIP_OPTIONS, () => new Compute(options, fromZip));
  }

  /**
   * Runs the functions from one container image, so that you can scan or sign it. `cdk deploy` builds the image from
   * files of this package and pushes it. The deployment needs Docker 23 or newer; synthesis does not. Runtime patches
   * come only with a newer base image: raise `baseImage` or the version of this package.
   * @throws if an option breaks a rule; the error names the option, the rule, the value and the fix
   */
  public static containerImage(options: ContainerImageComputeOptions = {}): Compute {
    return makeFromOptions('compute', 'Compute.containerImage()', options, IMAGE_OPTIONS, () => {
      const { baseImage } = options;
      checkBaseImage(baseImage);
      return new Compute(options, architecture => fromImage(architecture, baseImage));
    });
  }

  /** Processor of all functions. */
  public readonly architecture: lambda.Architecture;
  /** Memory of the API function. */
  public readonly apiMemory: Size;
  /** Provisioned concurrency of the API function. Undefined without warm instances. */
  public readonly provisionedConcurrency?: number;
  /** Maximum API requests that run at the same time. Undefined if only the account limits them. */
  public readonly reservedConcurrency?: number;
  /**
   * Finds the code of each handler.
   * @internal
   */
  public readonly _code: FindHandler;

  private constructor(options: ComputeOptions, chooseCode: (architecture: lambda.Architecture) => FindHandler) {
    checkArchitecture(options.architecture);
    checkSize('apiMemory', options.apiMemory, {
      min: Size.mebibytes(128),
      max: Size.mebibytes(10_240),
      unit: 'mebibytes',
      fix: 'these are the limits of AWS Lambda',
    });
    checkWholeNumber('reservedConcurrency', options.reservedConcurrency, { min: 1, fix: 'leave it out for no limit' });
    checkWholeNumber('provisionedConcurrency', options.provisionedConcurrency, {
      min: 1,
      fix: 'leave it out for no warm instances',
    });
    checkProvisioned(options);
    this.architecture = options.architecture ?? lambda.Architecture.ARM_64;
    this.apiMemory = options.apiMemory ?? Size.mebibytes(512);
    this.provisionedConcurrency = options.provisionedConcurrency;
    this.reservedConcurrency = options.reservedConcurrency;
    this._code = chooseCode(this.architecture);
  }
}

/** Compared by name: objects from other jsii languages are different objects. */
function checkArchitecture(architecture?: lambda.Architecture): void {
  if (!architecture || ['arm64', 'x86_64'].includes(architecture.name)) return;
  throwOptionError(
    'architecture',
    'must be ARM_64 or X86_64',
    architecture.name ?? describeValue(architecture),
    'use lambda.Architecture.ARM_64 or X86_64',
  );
}

function checkProvisioned(
  { provisionedConcurrency: provisioned, reservedConcurrency: reserved }: ComputeOptions,
): void {
  if (
    provisioned === undefined || reserved === undefined || Token.isUnresolved(provisioned)
    || Token.isUnresolved(reserved)
  ) {
    return;
  }
  if (provisioned <= reserved) return;
  throwOptionError(
    'provisionedConcurrency',
    `must be at most 'reservedConcurrency' (${reserved})`,
    `${provisioned}`,
    "raise 'reservedConcurrency' or lower 'provisionedConcurrency'",
  );
}

/** The image is built before the deployment, so no token passes. Without a tag it would change every month. */
function checkBaseImage(baseImage?: string): void {
  if (baseImage === undefined || /^[a-z0-9][\w.\-:/]*(:(?!latest$)[\w.\-]+|@sha256:[0-9a-f]{64})$/.test(baseImage)) {
    return;
  }
  throwOptionError(
    'baseImage',
    'must be the literal name of an image with a digest or a tag other than latest',
    baseImage,
    'take the tag of one build, such as public.ecr.aws/lambda/nodejs:24.2026.05.05.20',
  );
}
