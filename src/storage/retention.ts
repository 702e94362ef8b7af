import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { DEFAULTS, MIN_DELETED_RECORD_DAYS } from '../contract';
import { DEFAULT_REMOVAL_POLICY } from '../private/removal';
import { checkDuration, makeFromOptions, listOptionNames, refuse } from '../private/validate';

/** How long things are kept. */
export interface RetentionOptions {
  /**
   * What happens to images and records when the stack is deleted, or when its first deployment fails.
   *
   * - `RETAIN_ON_UPDATE_OR_DELETE` keeps bucket and table when the stack is deleted, and removes them when the deployment that makes
   *   them fails, so that it can be repeated. The bucket policy is kept with the bucket: originals stay protected.
   * - `RETAIN` also protects the table against deletion by hand. A first deployment that fails leaves both behind.
   * - `DESTROY` deletes the table and the bucket. CloudFormation deletes an empty bucket only, so delete its objects first.
   * - `SNAPSHOT` is refused: neither bucket nor table has one.
   *
   * ClamAV's definitions always go with the stack, since anyone can download them again.
   * @default RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE
   */
  readonly removalPolicy?: RemovalPolicy;

  /**
   * Age at which originals move to S3 Glacier Instant Retrieval: cheaper to keep, dearer to read, as fast as before.
   * S3 leaves objects under 128 KiB where they are. At least 1 day, in whole days.
   * @default - originals stay in S3 Standard
   */
  readonly archiveAfter?: Duration;

  /**
   * Age at which a variant is removed that was made when it was asked for, whether it is still asked for or not: it is made again at the
   * next request that no cache answers. Variants that are made at upload stay. At least 1 day, in whole days.
   * @default Duration.days(90)
   */
  readonly onDemandVariants?: Duration;

  /**
   * How long the record of a deleted image is kept, so that deleting it again still answers 204. It holds no file
   * name and no tags. At least 14 days, so that no late event brings an image back; in whole days.
   * @default Duration.days(30)
   */
  readonly deletedRecords?: Duration;
}

const OPTIONS = listOptionNames<RetentionOptions>({ removalPolicy: true, archiveAfter: true, onDemandVariants: true, deletedRecords: true });

/** How long images, records and what is left of deleted images are kept. */
export class Retention {
  /**
   * How long things are kept.
   * @throws where an option is out of its range, naming option, rule and value
   */
  public static of(options: RetentionOptions = {}): Retention {
    return makeFromOptions('retention', 'Retention', options, OPTIONS, () => new Retention(options));
  }

  /** What happens to images and records when the stack is deleted, or when its first deployment fails. */
  public readonly removalPolicy: RemovalPolicy;
  /** Age at which originals move to S3 Glacier Instant Retrieval. Undefined: never. */
  public readonly archiveAfter?: Duration;
  /** Age at which a variant is removed that was made when it was asked for. */
  public readonly onDemandVariants: Duration;
  /** How long the record of a deleted image is kept. */
  public readonly deletedRecords: Duration;

  private constructor(options: RetentionOptions) {
    checkRemovalPolicy(options.removalPolicy);
    checkDuration('archiveAfter', options.archiveAfter, { min: Duration.days(1), unit: 'days', fix: 'lifecycle rules count whole days' });
    checkDuration('onDemandVariants', options.onDemandVariants, { min: Duration.days(1), unit: 'days', fix: 'lifecycle rules count whole days' });
    checkDuration('deletedRecords', options.deletedRecords, {
      min: Duration.days(MIN_DELETED_RECORD_DAYS),
      unit: 'days',
      fix: 'an event may arrive that late and must not bring the image back',
    });
    this.removalPolicy = options.removalPolicy ?? DEFAULT_REMOVAL_POLICY;
    this.archiveAfter = options.archiveAfter;
    this.onDemandVariants = options.onDemandVariants ?? Duration.days(DEFAULTS.ON_DEMAND_VARIANT_DAYS);
    this.deletedRecords = options.deletedRecords ?? Duration.days(DEFAULTS.DELETED_RECORD_DAYS);
  }
}

function checkRemovalPolicy(policy?: RemovalPolicy): void {
  if (policy !== RemovalPolicy.SNAPSHOT) return;
  refuse('removalPolicy', 'must be RETAIN, RETAIN_ON_UPDATE_OR_DELETE or DESTROY', policy, 'buckets and tables have no snapshots; RETAIN keeps the data');
}
