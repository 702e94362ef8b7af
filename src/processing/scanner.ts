import { Duration, Size, Token } from 'aws-cdk-lib';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type { ClamAvSettings } from './clam-av-settings';
import type { ScannerKind } from '../contract';
import { BUCKET_KIND, checkDuration, checkKnown, checkResource, checkSize, makeFromOptions, listOptionNames, refuse, describeValue } from '../private/validate';

/** Options of `Scanner.clamAv()`. */
export interface ClamAvScannerOptions {
  /**
   * Memory of the function that scans. ClamAV holds all its definitions in memory, more than 1 GiB. From 2048 to 10240 MiB; new
   * accounts allow 3008.
   * @default Size.mebibytes(3008)
   */
  readonly memory?: Size;

  /**
   * Age from which definitions are no longer trusted: originals then stay unreadable and are tried again. They are refreshed every three
   * hours. From 12 hours to 30 days, in whole hours.
   * @default Duration.days(3)
   */
  readonly maxDefinitionsAge?: Duration;

  /**
   * Private mirror that definitions are fetched from: a host name, or an `http` or `https` URL with a path, without a query. ClamAV's own
   * distribution throttles cloud addresses that many customers share. Not together with `definitionsBucket`.
   * @default - ClamAV's own distribution, database.clamav.net
   */
  readonly mirror?: string;

  /**
   * Bucket of definitions that another image service, or a job of yours in its layout, keeps up to date: its `definitionsBucket`. This service then
   * has no function and no schedule that refreshes them, so that one service asks the mirror for all. The function that scans gets the right to read
   * it; the owner of an imported bucket, or of its KMS key, has to allow that, too.
   * @default - a bucket is made, and refreshed every three hours
   */
  readonly definitionsBucket?: s3.IBucket;
}

const CLAMAV_OPTIONS = listOptionNames<ClamAvScannerOptions>({ memory: true, maxDefinitionsAge: true, mirror: true, definitionsBucket: true });

/** A value that freshclam.conf(5) takes for `PrivateMirror`; the value ends up on a line of that file. */
const MIRROR = /^(https?:\/\/)?[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d{1,5})?(\/[\w.~%/-]*)?$/i;

/**
 * Who looks for malware in an original before it is decoded. Where there is a scanner, the bucket policy lets nobody but the service's own
 * functions read an original that was not found clean.
 */
export class Scanner {
  /** Nobody does. What is handed out as a variant was made of pixels alone; originals leave as they came. */
  public static none(): Scanner {
    return new Scanner('none');
  }

  /**
   * Amazon GuardDuty Malware Protection for S3: nothing to run, paid for by gigabyte and object. The bucket must be in the stack of the
   * service, or imported. Not every region has it.
   */
  public static guardDuty(): Scanner {
    return new Scanner('guardduty');
  }

  /**
   * ClamAV in a function of the service, from a container image that `cdk deploy` builds with Docker. A second function fetches definitions
   * from the internet into a bucket of their own. The bucket of images must be in the stack of the service, or imported.
   * @throws where an option is out of its range, naming option, rule and value
   */
  public static clamAv(options: ClamAvScannerOptions = {}): Scanner {
    return makeFromOptions('processing.scanner', 'Scanner.clamAv()', options, CLAMAV_OPTIONS, () => {
      const { memory, maxDefinitionsAge, mirror, definitionsBucket } = options;
      checkKnown('maxDefinitionsAge', maxDefinitionsAge);
      checkSize('memory', memory, { min: Size.mebibytes(2048), max: Size.mebibytes(10_240), unit: 'mebibytes', fix: 'the definitions alone take more than 1 GiB' });
      checkDuration('maxDefinitionsAge', maxDefinitionsAge, {
        min: Duration.hours(12), max: Duration.days(30), unit: 'hours', fix: 'new definitions come about once a day',
      });
      checkResource('definitionsBucket', definitionsBucket, BUCKET_KIND);
      checkMirror(mirror, definitionsBucket);
      return new Scanner('clamav', { memory: memory ?? Size.mebibytes(3008), maxDefinitionsAge: maxDefinitionsAge ?? Duration.days(3), mirror, definitionsBucket });
    });
  }

  /** `none`, `guardduty` or `clamav`. */
  public readonly kind: string;
  /**
   * Options of ClamAV, where it is that.
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
    refuse('mirror', 'has no effect with definitionsBucket', describeValue(mirror), 'leave one of them out: the bucket is kept up to date by others');
  }
  if (Token.isUnresolved(mirror) || MIRROR.test(mirror)) return;
  refuse('mirror', 'must be a host name, or an http or https URL without a query', describeValue(mirror), 'write it like clamav.example.com');
}
