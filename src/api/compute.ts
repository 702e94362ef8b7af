import { Size, Token } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { fromImage, fromZip, type FindHandler } from '../private/handler-code';
import { checkSize, checkWholeNumber, makeFromOptions, listOptionNames, refuse, describeValue } from '../private/validate';

/** How the functions run, whatever they run from. */
export interface ComputeOptions {
  /**
   * Processor of all functions: `ARM_64` costs less, `X86_64` is in every region and emulator.
   * @default lambda.Architecture.ARM_64
   */
  readonly architecture?: lambda.Architecture;

  /**
   * Memory of the API function, with which its CPU grows. From 128 to 10240 MiB, in whole mebibytes.
   * @default Size.mebibytes(512)
   */
  readonly apiMemory?: Size;

  /**
   * Instances of the API function that are kept warm, so that no caller waits for a cold start. Paid for by the hour.
   * At least 1, and no more than `reservedConcurrency`.
   * @default - none: the first calls after a pause take longer
   */
  readonly provisionedConcurrency?: number;

  /**
   * The most API requests that run at once, taken from the account's concurrency. At least 1.
   * @default - no limit but the account's
   */
  readonly reservedConcurrency?: number;
}

/** How the functions run from zip files. */
export interface ZipComputeOptions extends ComputeOptions {}

/** How the functions run from a container image. */
export interface ContainerImageComputeOptions extends ComputeOptions {
  /**
   * Image of AWS for Node.js 24 that the handlers are laid on, with a tag or digest: a newer version, or a copy in a registry of your own.
   * @default - the version of `public.ecr.aws/lambda/nodejs` that `Dockerfile.lambda` in this package names
   */
  readonly baseImage?: string;
}

const COMMON_OPTIONS = { architecture: true, apiMemory: true, provisionedConcurrency: true, reservedConcurrency: true } as const;
const ZIP_OPTIONS = listOptionNames<ZipComputeOptions>(COMMON_OPTIONS);
const IMAGE_OPTIONS = listOptionNames<ContainerImageComputeOptions>({ ...COMMON_OPTIONS, baseImage: true });

/** How the functions run. */
export class Compute {
  /**
   * Functions from zip files that this library carries: nothing is built on your machine, and AWS patches the runtime.
   * @throws where an option is out of its range, naming option, rule and value
   */
  public static zip(options: ZipComputeOptions = {}): Compute {
    return makeFromOptions('compute', 'Compute.zip()', options, ZIP_OPTIONS, () => new Compute(options, fromZip));
  }

  /**
   * Functions from one container image, for those who scan or sign what runs. `cdk deploy` builds it from files that this library carries
   * and pushes it, for which it needs Docker, version 23 or newer; synthesis does not. Patches of the runtime come with a newer base image
   * only: raise `baseImage`, or this library.
   * @throws where an option is out of its range, naming option, rule and value
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
  /** Instances of the API function that are kept warm. Undefined: none. */
  public readonly provisionedConcurrency?: number;
  /** The most API requests that run at once. Undefined: as many as the account allows. */
  public readonly reservedConcurrency?: number;
  /**
   * Where the functions find their handlers.
   * @internal
   */
  public readonly _code: FindHandler;

  private constructor(options: ComputeOptions, chooseCode: (architecture: lambda.Architecture) => FindHandler) {
    checkArchitecture(options.architecture);
    checkSize('apiMemory', options.apiMemory, { min: Size.mebibytes(128), max: Size.mebibytes(10_240), unit: 'mebibytes', fix: 'these are the limits of AWS Lambda' });
    checkWholeNumber('reservedConcurrency', options.reservedConcurrency, { min: 1, fix: 'leave it out for no limit' });
    checkWholeNumber('provisionedConcurrency', options.provisionedConcurrency, { min: 1, fix: 'leave it out for none' });
    checkProvisioned(options);
    this.architecture = options.architecture ?? lambda.Architecture.ARM_64;
    this.apiMemory = options.apiMemory ?? Size.mebibytes(512);
    this.provisionedConcurrency = options.provisionedConcurrency;
    this.reservedConcurrency = options.reservedConcurrency;
    this._code = chooseCode(this.architecture);
  }
}

/** By name: objects that come from other languages are not the same objects. */
function checkArchitecture(architecture?: lambda.Architecture): void {
  if (!architecture || ['arm64', 'x86_64'].includes(architecture.name)) return;
  refuse('architecture', 'must be ARM_64 or X86_64', architecture.name ?? describeValue(architecture), 'use lambda.Architecture.ARM_64 or X86_64');
}

function checkProvisioned({ provisionedConcurrency: provisioned, reservedConcurrency: reserved }: ComputeOptions): void {
  if (provisioned === undefined || reserved === undefined || Token.isUnresolved(provisioned) || Token.isUnresolved(reserved)) return;
  if (provisioned <= reserved) return;
  refuse('provisionedConcurrency', `must be at most 'reservedConcurrency' (${reserved})`, `${provisioned}`, 'raise the one or lower the other');
}

/** The image is built before anything is deployed, so no token of CloudFormation passes; without a tag it would be another one every month. */
function checkBaseImage(baseImage?: string): void {
  if (baseImage === undefined || /^[a-z0-9][\w.\-:/]*(:(?!latest$)[\w.\-]+|@sha256:[0-9a-f]{64})$/.test(baseImage)) return;
  refuse('baseImage', 'must be the literal name of an image with a digest or a tag other than latest', baseImage, 'take the tag of one build, such as public.ecr.aws/lambda/nodejs:24.2026.05.05.20');
}
