import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { DEFAULTS, MIN_DELETED_RECORD_DAYS } from '../contract';
import { DEFAULT_REMOVAL_POLICY } from '../private/removal';
import { checkDuration, makeFromOptions, listOptionNames, throwOptionError } from '../private/validate';

/** Options of `Retention.of()`. */
export interface RetentionOptions {
  /**
   * The fate of images and records when the stack is deleted, or when its first deployment fails.
   *
   * - `RETAIN_ON_UPDATE_OR_DELETE` keeps bucket and table when the stack is deleted. If the deployment that makes them
   *   fails, it removes them, so that you can repeat it. The bucket policy is kept with the bucket: originals stay
   *   protected.
   * - `RETAIN` also protects the table against manual deletion. A failed first deployment leaves both behind.
   * - `DESTROY` deletes the table and the bucket. CloudFormation deletes an empty bucket only, so delete its objects
   *   first.
   * - `SNAPSHOT` is invalid: buckets and tables have no snapshots.
   *
   * The bucket of virus definitions is always deleted with the stack, because they can be downloaded again.
   * @default RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE
   */
  readonly removalPolicy?: RemovalPolicy;

  /**
   * Age at which originals move to S3 Glacier Instant Retrieval. Storage is cheaper, reads cost more, and the latency
   * is the same. S3 does not move objects under 128 KiB. At least 1 day, in whole days.
   * @default - originals stay in S3 Standard
   */
  readonly archiveAfter?: Duration;

  /**
   * Age at which a variant made on demand is removed, even if it is still requested. The next request that no cache
   * answers makes it again. Variants made at upload stay. At least 1 day, in whole days.
   * @default Duration.days(90)
   */
  readonly onDemandVariants?: Duration;

  /**
   * How long the record of a deleted image is kept, so that a repeated DELETE still gets 204. It holds no file name and
   * no tags. At least 14 days, so that no late event restores an image. In whole days.
   * @default Duration.days(30)
   */
  readonly deletedRecords?: Duration;
}

const OPTIONS = listOptionNames<RetentionOptions>({
  removalPolicy: true,
  archiveAfter: true,
  onDemandVariants: true,
  deletedRecords: true,
});

/** How long images, records and tombstones of deleted images are kept. */
export class Retention {
  /**
   * Sets retention; options that are left out keep their defaults.
   * @throws if an option breaks a rule; the error names the option, the rule, the value and the fix
   */
  public static of(options: RetentionOptions = {}): Retention {
    return makeFromOptions('retention', 'Retention', options, OPTIONS, () => new Retention(options));
  }

  /** The fate of images and records when the stack is deleted, or when its first deployment fails. */
  public readonly removalPolicy: RemovalPolicy;
  /** Age at which originals move to S3 Glacier Instant Retrieval. Undefined if they stay in S3 Standard. */
  public readonly archiveAfter?: Duration;
  /** Age at which a variant made on demand is removed. */
  public readonly onDemandVariants: Duration;
  /** How long the record of a deleted image is kept. */
  public readonly deletedRecords: Duration;

  private constructor(options: RetentionOptions) {
    checkRemovalPolicy(options.removalPolicy);
    checkDuration('archiveAfter', options.archiveAfter, {
      min: Duration.days(1),
      unit: 'days',
      fix: 'lifecycle rules count whole days',
    });
    checkDuration('onDemandVariants', options.onDemandVariants, {
      min: Duration.days(1),
      unit: 'days',
      fix: 'lifecycle rules count whole days',
    });
    checkDuration('deletedRecords', options.deletedRecords, {
      min: Duration.days(MIN_DELETED_RECORD_DAYS),
      unit: 'days',
      fix: 'keep records longer: an event that arrives late must not restore the image',
    });
    this.removalPolicy = options.removalPolicy ?? DEFAULT_REMOVAL_POLICY;
    this.archiveAfter = options.archiveAfter;
    this.onDemandVariants = options.onDemandVariants ?? Duration.days(DEFAULTS.ON_DEMAND_VARIANT_DAYS);
    this.deletedRecords = options.deletedRecords ?? Duration.days(DEFAULTS.DELETED_RECORD_DAYS);
  }
}

function checkRemovalPolicy(policy?: RemovalPolicy): void {
  if (policy !== RemovalPolicy.SNAPSHOT) return;
  throwOptionError(
    'removalPolicy',
    'must be RETAIN, RETAIN_ON_UPDATE_OR_DELETE or DESTROY',
    policy,
    'buckets and tables have no snapshots; RETAIN keeps the data',
  );
}
