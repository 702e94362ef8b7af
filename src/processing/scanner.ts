import { Duration, Size } from 'aws-cdk-lib';
import type { ScannerKind } from '../contract';
import { checkDuration, checkKnown, checkNames, checkSize, namesOf } from '../private/validate';

/** Options of `Scanner.clamAv()`. */
export interface ClamAvScannerOptions {
  /**
   * Memory of the function that scans. ClamAV holds all its definitions in memory, more than 1 GiB. From 2048 to 10240 MiB.
   * @default Size.mebibytes(3072)
   */
  readonly memory?: Size;

  /**
   * Age from which definitions are no longer trusted: originals then stay unreadable and are tried again. They are refreshed every three
   * hours. From 12 hours to 30 days, in whole hours.
   * @default Duration.days(3)
   */
  readonly maxDefinitionsAge?: Duration;
}

const CLAMAV_OPTIONS = namesOf<ClamAvScannerOptions>({ memory: true, maxDefinitionsAge: true });

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
    const { memory, maxDefinitionsAge } = options;
    checkNames('Scanner.clamAv()', options, CLAMAV_OPTIONS);
    checkKnown('maxDefinitionsAge', maxDefinitionsAge);
    checkSize('memory', memory, { min: Size.mebibytes(2048), max: Size.mebibytes(10_240), unit: 'mebibytes', fix: 'the definitions alone take more than 1 GiB' });
    checkDuration('maxDefinitionsAge', maxDefinitionsAge, {
      min: Duration.hours(12), max: Duration.days(30), unit: 'hours', fix: 'new definitions come about once a day',
    });
    return new Scanner('clamav', { memory: memory ?? Size.mebibytes(3072), maxDefinitionsAge: maxDefinitionsAge ?? Duration.days(3) });
  }

  /** `none`, `guardduty` or `clamav`. */
  public readonly kind: string;
  /**
   * Options of ClamAV, where it is that.
   * @internal
   */
  public readonly _clamAv?: Required<ClamAvScannerOptions>;

  private constructor(kind: ScannerKind, clamAv?: Required<ClamAvScannerOptions>) {
    this.kind = kind;
    this._clamAv = clamAv;
  }
}
