import { Duration, Size } from 'aws-cdk-lib';
import { ImageLimits } from './image-limits';
import { Scanner } from './scanner';
import type { ProcessingSettings } from './settings';
import { planConcurrency } from './worker-concurrency';
import { QUEUE } from '../contract';
import { checkDuration, checkKind, checkKnown, checkSize, checkWholeNumber, makeFromOptions, listOptionNames } from '../private/validate';

/** How uploads are processed. */
export interface ProcessingQueueOptions {
  /**
   * Memory of the worker, with which its CPU grows. It must hold a decoder (`imageLimits`), two copies of the largest upload and the worker itself.
   * In whole mebibytes, up to 10240 MiB.
   * @default - 1769 MiB, which is one whole CPU; more where `imageLimits` or `maxSize` of the uploads ask for it
   */
  readonly memory?: Size;

  /**
   * How long the worker has for one batch. It must be enough for one image at its longest: two decodes (`imageLimits`), reading, writing and
   * the scan. The queue hides a message six times as long. In whole seconds, up to 15 minutes.
   * @default - 60 seconds; more where `imageLimits`, the scanner or `maxSize` of the uploads ask for it
   */
  readonly timeout?: Duration;

  /**
   * Uploads that the worker is given at once, from 1 to 10. It takes one after the other, and gives back those that it has no time for: more than
   * one saves calls, and lets uploads wait in line where another worker could take them.
   * @default 1
   */
  readonly batchSize?: number;

  /**
   * Workers that run at once, from 4 to 1000. A quarter of them, and 2 at least, process only uploads of users who have more in work than their share.
   * Each uses one of the account's concurrent executions in Lambda. New accounts have 10 for all functions together: the default leaves 4 for the API,
   * image delivery, two invalidators, and sweepers, of which up to three overlap under load. Raise it when the account's quota is raised.
   * @default 6
   */
  readonly maxConcurrency?: number;

  /**
   * Uploads of one user that are processed at once, from 2 to `maxConcurrency`. Further uploads of theirs wait, in order, and other users' uploads
   * overtake them. Set it to `maxConcurrency` if all images belong to one user.
   * @default - half of `maxConcurrency`
   */
  readonly maxConcurrencyPerUser?: number;

  /**
   * Who looks for malware in originals before they are decoded.
   * @default Scanner.none()
   */
  readonly scanner?: Scanner;

  /**
   * What an image may ask of a decoder.
   * @default ImageLimits.of()
   */
  readonly imageLimits?: ImageLimits;
}

const OPTIONS = listOptionNames<ProcessingQueueOptions>({
  memory: true,
  timeout: true,
  batchSize: true,
  maxConcurrency: true,
  maxConcurrencyPerUser: true,
  scanner: true,
  imageLimits: true,
});

/** What comes between the upload of an image and `ready`. */
export class Processing {
  /**
   * Workers make variants of every upload, from a queue.
   * @throws where an option is out of its range, naming option, rule and value
   */
  public static queue(options: ProcessingQueueOptions = {}): Processing {
    return makeFromOptions('processing', 'Processing.queue()', options, OPTIONS, () => new Processing(buildSettings(options)));
  }

  /** An upload is ready once it is confirmed. There are no variants, and no image is looked at but for its leading bytes. */
  public static none(): Processing {
    return new Processing();
  }

  /**
   * Undefined where nothing is processed.
   * @internal
   */
  public readonly _queue?: ProcessingSettings;

  private constructor(queue?: ProcessingSettings) {
    this._queue = queue;
  }
}

function buildSettings(options: ProcessingQueueOptions): ProcessingSettings {
  const { memory, timeout, batchSize, scanner = Scanner.none(), imageLimits = ImageLimits.of() } = options;
  checkKnown('memory', memory);
  checkKnown('timeout', timeout);
  checkSize('memory', memory, { min: Size.mebibytes(128), max: Size.mebibytes(10_240), unit: 'mebibytes', fix: 'these are the limits of AWS Lambda' });
  checkDuration('timeout', timeout, { min: Duration.seconds(1), max: Duration.minutes(15), unit: 'seconds', fix: 'these are the limits of AWS Lambda' });
  checkWholeNumber('batchSize', batchSize, { min: 1, max: 10, fix: 'more would wait behind the first, since a worker takes one at a time' });
  checkKind('scanner', scanner, Scanner);
  checkKind('imageLimits', imageLimits, ImageLimits);
  return { memory, timeout, batchSize: batchSize ?? QUEUE.BATCH_SIZE, concurrency: planConcurrency(options), scanner, imageLimits };
}
