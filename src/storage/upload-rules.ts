import { Duration, Size } from 'aws-cdk-lib';
import { DEFAULTS, IMAGE_TYPES, URL_TTL_SECONDS_RANGE } from '../contract';
import {
  checkBoolean,
  checkDuration,
  checkKnownText,
  checkList,
  checkOrigins,
  checkSize,
  makeFromOptions,
  listOptionNames,
  throwOptionError,
} from '../private/validate';

/** An image format that can be uploaded; its value is the content type. */
export enum ImageType {
  /** JPEG, `image/jpeg`. */
  JPEG = 'image/jpeg',
  /** PNG, `image/png`. */
  PNG = 'image/png',
  /** WebP, `image/webp`. */
  WEBP = 'image/webp',
  /** AVIF, `image/avif`. */
  AVIF = 'image/avif',
  /** GIF, `image/gif`. */
  GIF = 'image/gif',
  /** HEIC, `image/heic`, the format of iPhones. */
  HEIC = 'image/heic',
  /** HEIF, `image/heif`. */
  HEIF = 'image/heif',
}

/** Options of `UploadRules.of()`. */
export interface UploadRulesOptions {
  /**
   * Largest upload. The API answers 413 to a larger one before it makes an upload URL, and S3 denies bytes of another
   * length than announced. From 1 byte to 5 GiB, the maximum of one PUT. With `Processing.queue()` up to 512 MiB,
   * because a worker holds each original in memory.
   * @default Size.mebibytes(25)
   */
  readonly maxSize?: Size;

  /**
   * Accepted formats, at least one. The API answers 415 to others, and an upload with leading bytes of another format
   * is rejected.
   * @default - all of `ImageType`
   */
  readonly accept?: ImageType[];

  /**
   * Lifetime of upload and download URLs. The bucket denies older signatures of any signer. From 2 to 15 minutes, in
   * whole seconds.
   * @default Duration.minutes(5)
   */
  readonly urlTtl?: Duration;

  /**
   * Origins of web pages that may call the API and use upload URLs, such as `https://app.example.com`. An origin is
   * scheme, host and port, in lower case, without a path or `*`. Apps in a web view have origins too, such as
   * `capacitor://localhost` and `tauri://localhost`. Tokens pass: `https://${distribution.distributionDomainName}`, or
   * a parameter. Lambda allows 4 KB for all environment variables: about 60 origins of 50 characters.
   * @default - no origins: web pages on other origins cannot call the API or use upload URLs
   */
  readonly corsOrigins?: string[];

  /**
   * Whether URLs use S3 Transfer Acceleration: faster uploads from far away, at a price per GB. Your own bucket must
   * have it enabled. Emulators and GovCloud lack it.
   * @default false
   */
  readonly acceleration?: boolean;
}

const OPTIONS = listOptionNames<UploadRulesOptions>({
  maxSize: true,
  accept: true,
  urlTtl: true,
  corsOrigins: true,
  acceleration: true,
});

/** Rules of uploads: size, formats, lifetime of URLs, web origins, acceleration. */
export class UploadRules {
  /**
   * Sets rules; options that are left out keep their defaults.
   * @throws if an option breaks a rule; the error names the option, the rule, the value and the fix
   */
  public static of(options: UploadRulesOptions = {}): UploadRules {
    return makeFromOptions('uploads', 'UploadRules', options, OPTIONS, () => new UploadRules(options));
  }

  /** Largest upload. */
  public readonly maxSize: Size;
  /** Lifetime of upload and download URLs. */
  public readonly urlTtl: Duration;
  /** Whether URLs use S3 Transfer Acceleration. */
  public readonly acceleration: boolean;
  private readonly accepted: ImageType[];
  private readonly origins: string[];

  private constructor(options: UploadRulesOptions) {
    checkMaxSize(options.maxSize);
    checkUrlTtl(options.urlTtl);
    checkAccept(options.accept);
    checkOrigins('corsOrigins', options.corsOrigins);
    checkBoolean('acceleration', options.acceleration);
    this.maxSize = options.maxSize ?? Size.bytes(DEFAULTS.MAX_UPLOAD_BYTES);
    this.urlTtl = options.urlTtl ?? Duration.seconds(DEFAULTS.URL_TTL_SECONDS);
    this.acceleration = options.acceleration ?? false;
    this.accepted = removeDuplicates(options.accept ?? IMAGE_TYPES.map(type => type as ImageType));
    this.origins = removeDuplicates(options.corsOrigins ?? []);
  }

  /** Accepted content types, such as `image/jpeg`. */
  public get contentTypes(): string[] {
    return [...this.accepted];
  }

  /** Origins of web pages that may call the API and use upload URLs. */
  public get corsOrigins(): string[] {
    return [...this.origins];
  }
}

function removeDuplicates<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}

function checkMaxSize(maxSize?: Size): void {
  checkSize('maxSize', maxSize, {
    min: Size.bytes(1),
    max: Size.gibibytes(5),
    unit: 'bytes',
    fix: 'each upload is one PUT, and S3 allows at most 5 GiB in one PUT',
  });
}

function checkUrlTtl(urlTtl?: Duration): void {
  checkDuration('urlTtl', urlTtl, {
    min: Duration.seconds(URL_TTL_SECONDS_RANGE.MIN),
    max: Duration.seconds(URL_TTL_SECONDS_RANGE.MAX),
    unit: 'seconds',
    fix: 'clients request a fresh URL when one ends',
  });
}

function checkAccept(accept?: ImageType[]): void {
  checkList('accept', accept, '[ImageType.JPEG]');
  if (accept?.length === 0) {
    throwOptionError('accept', 'must name at least one type', '[]', 'leave it out to accept all types');
  }
  const known: readonly string[] = IMAGE_TYPES;
  for (const type of accept ?? []) {
    checkKnownText('accept', type);
    if (!known.includes(type)) {
      throwOptionError(
        'accept',
        `must name types of ImageType (${known.join(', ')})`,
        type,
        'use members of ImageType, such as ImageType.JPEG',
      );
    }
  }
}
