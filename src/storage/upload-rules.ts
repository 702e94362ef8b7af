import { Duration, Size } from 'aws-cdk-lib';
import { DEFAULTS, IMAGE_TYPES, URL_TTL_SECONDS_RANGE } from '../contract';
import { checkBoolean, checkDuration, checkKnownText, checkList, checkOrigins, checkSize, makeFromOptions, listOptionNames, refuse } from '../private/validate';

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
  /** HEIC, `image/heic`: what iPhones take. */
  HEIC = 'image/heic',
  /** HEIF, `image/heif`. */
  HEIF = 'image/heif',
}

/** What may be uploaded, and how. */
export interface UploadRulesOptions {
  /**
   * Largest image that can be uploaded. A larger one is refused (413) before an upload URL is made, and S3 refuses
   * bytes that are not as many as announced. From 1 byte to 5 GiB, the most that one PUT can carry; with `Processing.queue()` up to 512 MiB,
   * since a worker has each original in memory.
   * @default Size.mebibytes(25)
   */
  readonly maxSize?: Size;

  /**
   * Formats that can be uploaded. Others are refused (415), and an upload whose leading bytes show another format
   * is rejected. At least one.
   * @default - all of `ImageType`
   */
  readonly accept?: ImageType[];

  /**
   * How long an upload or download URL works. Storage refuses older signatures whoever made them.
   * From 2 to 15 minutes, in whole seconds.
   * @default Duration.minutes(5)
   */
  readonly urlTtl?: Duration;

  /**
   * Origins whose web pages may call the API and use upload URLs, such as `https://app.example.com`: scheme, host
   * and port, in lower case, no path and no `*`. Apps in a web view have some as well, such as `capacitor://localhost` and `tauri://localhost`.
   * Tokens pass: `https://${distribution.distributionDomainName}`, or a parameter. All origins together must fit into the 4 KB that Lambda takes
   * of environment variables: about 60 of 50 characters.
   * @default - none: browsers on other origins can use neither
   */
  readonly corsOrigins?: string[];

  /**
   * Whether URLs point at S3 Transfer Acceleration: faster uploads from far away, at a price per GB. A bucket of
   * your own must have it switched on. Emulators and GovCloud lack it.
   * @default false
   */
  readonly acceleration?: boolean;
}

const OPTIONS = listOptionNames<UploadRulesOptions>({ maxSize: true, accept: true, urlTtl: true, corsOrigins: true, acceleration: true });

/** Rules for uploads. */
export class UploadRules {
  /**
   * Rules for uploads.
   * @throws where an option is out of its range, naming option, rule and value
   */
  public static of(options: UploadRulesOptions = {}): UploadRules {
    return makeFromOptions('uploads', 'UploadRules', options, OPTIONS, () => new UploadRules(options));
  }

  /** Largest image that can be uploaded. */
  public readonly maxSize: Size;
  /** How long an upload or download URL works. */
  public readonly urlTtl: Duration;
  /** Whether URLs point at S3 Transfer Acceleration. */
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

  /** Content types that can be uploaded, such as `image/jpeg`. */
  public get contentTypes(): string[] {
    return [...this.accepted];
  }

  /** Origins whose web pages may call the API and use upload URLs. */
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
    fix: 'uploads are one PUT each, and S3 takes 5 GiB in one PUT at most',
  });
}

function checkUrlTtl(urlTtl?: Duration): void {
  checkDuration('urlTtl', urlTtl, {
    min: Duration.seconds(URL_TTL_SECONDS_RANGE.MIN),
    max: Duration.seconds(URL_TTL_SECONDS_RANGE.MAX),
    unit: 'seconds',
    fix: 'clients ask for a fresh URL when one has run out',
  });
}

function checkAccept(accept?: ImageType[]): void {
  checkList('accept', accept, '[ImageType.JPEG]');
  if (accept?.length === 0) refuse('accept', 'must name at least one type', '[]', 'leave it out to accept all types');
  const known: readonly string[] = IMAGE_TYPES;
  for (const type of accept ?? []) {
    checkKnownText('accept', type);
    if (!known.includes(type)) refuse('accept', `must name types of ImageType (${known.join(', ')})`, type, 'use ImageType.JPEG and its like');
  }
}
