import { Duration, Size } from 'aws-cdk-lib';
import { ImageLimits } from './image-limits';
import { Scanner } from './scanner';
import type { ProcessingSettings } from './settings';
import { planConcurrency } from './worker-concurrency';
import { QUEUE } from '../contract';
import {
  checkDuration, checkKind, checkKnown, checkSize, checkWholeNumber, makeFromOptions, listOptionNames,
} from '../private/validate';

/** Options of `Processing.queue()`. */
export interface ProcessingQueueOptions {
  /**
   * Memory of the worker. Its CPU grows with the memory. It must hold a decoder (`imageLimits`), two copies of the
   * largest upload and the worker itself. In whole mebibytes, up to 10240 MiB.
   * @default - 1769 MiB, which is one full vCPU; more if `imageLimits` or `maxSize` of the uploads need it
   */
  readonly memory?: Size;

  /**
   * Timeout of the worker for one batch. It must allow the longest work on one image: two decodes (`imageLimits`),
   * transfers and the scan. The queue hides a message six times as long. In whole seconds, up to 15 minutes.
   * @default - 60 seconds; more if `imageLimits`, the scanner or `maxSize` of the uploads need it
   */
  readonly timeout?: Duration;

  /**
   * Uploads in one batch, from 1 to 10. The worker processes one after the other, and returns those that it has no time
   * for. More than one saves calls, but uploads then wait while another worker could process them.
   * @default 1
   */
  readonly batchSize?: number;

  /**
   * Workers that run at once, from 4 to 1000. A quarter of them, but at least 2, process only uploads of users over
   * their share. Each uses one concurrent execution of the account in Lambda. New accounts have 10 for all functions.
   * The default leaves 4 for the API, image delivery, two invalidators, and three sweepers, which overlap
   * under load. Raise it with the account's quota.
   * @default 6
   */
  readonly maxConcurrency?: number;

  /**
   * Uploads of one user that are processed at once, from 2 to `maxConcurrency`. The user's further uploads wait in
   * order, and uploads of other users overtake them. Set it to `maxConcurrency` if all images belong to one user.
   * @default - half of `maxConcurrency`
   */
  readonly maxConcurrencyPerUser?: number;

  /**
   * Malware scanner for originals, before they are decoded.
   * @default Scanner.none()
   */
  readonly scanner?: Scanner;

  /**
   * Limits of images: pixels, frames, scans, and the time and memory of a decoder.
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

/** Processing of an upload before the image is `ready`. */
export class Processing {
  /**
   * Makes variants of every upload in workers that read from a queue.
   * @throws if an option breaks a rule; the error names the option, the rule, the value and the fix
   */
  public static queue(options: ProcessingQueueOptions = {}): Processing {
    return makeFromOptions(
      'processing', 'Processing.queue()', options, OPTIONS, () => new Processing(buildSettings(options)),
    );
  }

  /**
   * Makes no variants: an image is ready once its upload is confirmed. The service checks only the leading bytes of the
   * image.
   */
  public static none(): Processing {
    return new Processing();
  }

  /**
   * Undefined with `Processing.none()`.
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
  checkSize('memory', memory, {
    min: Size.mebibytes(128),
    max: Size.mebibytes(10_240),
    unit: 'mebibytes',
    fix: 'these are the limits of AWS Lambda',
  });
  checkDuration('timeout', timeout, {
    min: Duration.seconds(1),
    max: Duration.minutes(15),
    unit: 'seconds',
    fix: 'these are the limits of AWS Lambda',
  });
  checkWholeNumber('batchSize', batchSize, {
    min: 1,
    max: 10,
    fix: 'use a smaller batch; a worker processes one upload at a time',
  });
  checkKind('scanner', scanner, Scanner);
  checkKind('imageLimits', imageLimits, ImageLimits);
  return {
    memory,
    timeout,
    batchSize: batchSize ?? QUEUE.BATCH_SIZE,
    concurrency: planConcurrency(options),
    scanner,
    imageLimits,
  };
}
