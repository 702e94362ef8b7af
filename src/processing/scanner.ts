import { Duration, Size, Token } from 'aws-cdk-lib';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type { ClamAvSettings } from './clam-av-settings';
import type { ScannerKind } from '../contract';
import {
  BUCKET_KIND,
  checkDuration,
  checkKnown,
  checkResource,
  checkSize,
  makeFromOptions,
  listOptionNames,
  throwOptionError,
  describeValue,
} from '../private/validate';

/** Options of `Scanner.clamAv()`. */
export interface ClamAvScannerOptions {
  /**
   * Memory of the function that scans. ClamAV holds all definitions in memory, more than 1 GiB. From 2048 to 10240 MiB,
   * in whole mebibytes; new accounts allow 3008 MiB.
   * @default Size.mebibytes(3008)
   */
  readonly memory?: Size;

  /**
   * Maximum age of trusted definitions. With older ones, originals stay unreadable and their scans are repeated.
   * Definitions are refreshed every three hours. From 12 hours to 30 days, in whole hours.
   * @default Duration.days(3)
   */
  readonly maxDefinitionsAge?: Duration;

  /**
   * Private mirror of virus definitions: a host name, or an `http` or `https` URL with a path, without a query.
   * ClamAV's public distribution throttles cloud addresses that many customers share. Not together with
   * `definitionsBucket`.
   * @default - ClamAV's public distribution, database.clamav.net
   */
  readonly mirror?: string;

  /**
   * Bucket of virus definitions. Another image service refreshes it (its `definitionsBucket`), or your own job does, in
   * the same layout. This service then downloads no definitions, so only one service uses the mirror. The scan function
   * gets read permission. The owner of an imported bucket, or of its KMS key, has to allow it too.
   * @default - a bucket is made, and refreshed every three hours
   */
  readonly definitionsBucket?: s3.IBucket;
}

const CLAMAV_OPTIONS = listOptionNames<ClamAvScannerOptions>({
  memory: true,
  maxDefinitionsAge: true,
  mirror: true,
  definitionsBucket: true,
});

/** Values that freshclam.conf(5) accepts for `PrivateMirror`. The value becomes a line of that file. */
const MIRROR = /^(https?:\/\/)?[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d{1,5})?(\/[\w.~%/-]*)?$/i;

/**
 * Malware scanner for originals, before they are decoded. With a scanner, the bucket policy denies reads of originals
 * that were not found clean. Only the service's own functions may read them.
 */
export class Scanner {
  /** Scans nothing. Variants are made from decoded pixels only, but originals are delivered as uploaded. */
  public static none(): Scanner {
    return new Scanner('none');
  }

  /**
   * Amazon GuardDuty Malware Protection for S3: nothing to operate, billed per gigabyte and object. The bucket
   * must be in the stack of the service, or imported. Not available in every region.
   */
  public static guardDuty(): Scanner {
    return new Scanner('guardduty');
  }

  /**
   * ClamAV in a function of the service, from a container image that `cdk deploy` builds with Docker. A second function
   * downloads virus definitions from the internet into a bucket. The bucket of images must be in the stack of the
   * service, or imported.
   * @throws if an option breaks a rule; the error names the option, the rule, the value and the fix
   */
  public static clamAv(options: ClamAvScannerOptions = {}): Scanner {
    return makeFromOptions('processing.scanner', 'Scanner.clamAv()', options, CLAMAV_OPTIONS, () => {
      const { memory, maxDefinitionsAge, mirror, definitionsBucket } = options;
      checkKnown('maxDefinitionsAge', maxDefinitionsAge);
      checkSize('memory', memory, {
        min: Size.mebibytes(2048),
        max: Size.mebibytes(10_240),
        unit: 'mebibytes',
        fix: 'the definitions alone take more than 1 GiB',
      });
      checkDuration('maxDefinitionsAge', maxDefinitionsAge, {
        min: Duration.hours(12), max: Duration.days(30), unit: 'hours', fix: 'new definitions come about once a day',
      });
      checkResource('definitionsBucket', definitionsBucket, BUCKET_KIND);
      checkMirror(mirror, definitionsBucket);
      return new Scanner('clamav', {
        memory: memory ?? Size.mebibytes(3008),
        maxDefinitionsAge: maxDefinitionsAge ?? Duration.days(3),
        mirror,
        definitionsBucket,
      });
    });
  }

  /** `none`, `guardduty` or `clamav`. */
  public readonly kind: string;
  /**
   * Options of ClamAV. Undefined for other scanners.
   * @internal
   */
  public readonly _clamAv?: ClamAvSettings;

  private constructor(kind: ScannerKind, clamAv?: ClamAvSettings) {
    this.kind = kind;
    this._clamAv = clamAv;
  }
}

function checkMirror(mirror: string | undefined, definitionsBucket: s3.IBucket | undefined): void {
  if (mirror === undefined) return;
  if (definitionsBucket !== undefined) {
    throwOptionError(
      'mirror',
      'has no effect with definitionsBucket',
      describeValue(mirror),
      'leave one of them out: the owner of the bucket refreshes it',
    );
  }
  if (Token.isUnresolved(mirror) || MIRROR.test(mirror)) return;
  throwOptionError(
    'mirror',
    'must be a host name, or an http or https URL without a query',
    describeValue(mirror),
    'write it like clamav.example.com',
  );
}
