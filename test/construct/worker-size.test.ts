import { App, Duration, Lazy, Size, Stack, Token } from 'aws-cdk-lib';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import { matchStart } from './match-start';
import { ImageLimits, ImageService, Processing, Scanner, UploadRules, type ProcessingQueueOptions } from '../../src';

describe('a worker', () => {
  const build = (options: ProcessingQueueOptions, maxSize = Size.mebibytes(25)) => () =>
    new ImageService(new Stack(new App(), 'Stack'), 'Images', {
      processing: Processing.queue(options),
      uploads: UploadRules.of({ maxSize }),
    });
  const decodeMemory = Size.mebibytes(2048);
  const decodeTime = Duration.seconds(30);

  test.each<[string, () => unknown]>([
    [
      "Stack/Images: 'processing.memory' must be at least 1458 MiB for 'decodeMemory' (1024 MiB and 128 MiB of overshoot), two copies of 'maxSize' (25 MiB) and 256 MiB for the worker itself, got: 1457 MiB; raise 'memory', or lower",
      build({ memory: Size.mebibytes(1457) }),
    ],
    [
      "Stack/Images: 'processing.memory' must be at least 2482 MiB for 'decodeMemory' (2048 MiB and",
      build({ memory: Size.mebibytes(2048), imageLimits: ImageLimits.of({ decodeMemory }) }),
    ],
    [
      "Stack/Images: 'uploads.maxSize' must be at most 512 MiB with Processing.queue(), got: 536870913 bytes; a worker holds each original in memory; lower it, or use Processing.none()",
      build({}, Size.bytes(512 * 1024 * 1024 + 1)),
    ],
    [
      "Stack/Images: 'processing.timeout' must be at least 35 seconds for two decodes of 'decodeTime' (10 seconds) and 15 seconds to read and write 'maxSize' (25 MiB), got: 34 seconds; raise 'timeout',",
      build({ timeout: Duration.seconds(34) }),
    ],
    [
      "Stack/Images: 'processing.timeout' must be at least 75 seconds for two decodes of 'decodeTime' (30 seconds)",
      build({ timeout: Duration.minutes(1), imageLimits: ImageLimits.of({ decodeTime }) }),
    ],
    [
      "Stack/Images: 'processing.timeout' must be at least 155 seconds for two decodes of 'decodeTime' (10 seconds), 120 seconds of the scanner and 15 seconds",
      build({ timeout: Duration.minutes(2), scanner: Scanner.clamAv() }),
    ],
  ])('that is too small is rejected with %s', (message, make) => {
    expect(make).toThrow(matchStart(message));
  });

  test('of the minimal size is accepted', () => {
    expect(build({ memory: Size.mebibytes(1458), timeout: Duration.seconds(35) })).not.toThrow();
  });

  test('of the highest limits fits into AWS Lambda', () => {
    const imageLimits = ImageLimits.of({ decodeMemory: Size.mebibytes(8192), decodeTime: Duration.minutes(5) });
    const { workerFunction } = build({ imageLimits, scanner: Scanner.clamAv() }, Size.mebibytes(512))();
    const { memorySize, timeout } = workerFunction!.node.defaultChild as lambda.CfnFunction;
    expect({ memorySize, timeout }).toEqual({ memorySize: 9600, timeout: 833 });
  });

  test('is rejected with tokens for values that determine others', () => {
    const later = Token.asNumber(Lazy.any({ produce: () => 60 }));
    expect(() => Processing.queue({ timeout: Duration.seconds(later) })).toThrow(
      "'processing.timeout' must be known at synthesis, got: a token;",
    );
    expect(() => Processing.queue({ memory: Size.mebibytes(later) })).toThrow(
      "'processing.memory' must be known at synthesis",
    );
    expect(() => ImageLimits.of({ decodeTime: Duration.seconds(later) })).toThrow(
      "'processing.imageLimits.decodeTime' must be known at synthesis",
    );
    expect(() => ImageLimits.of({ decodeMemory: Size.mebibytes(later) })).toThrow(
      "'processing.imageLimits.decodeMemory' must be known at synthesis",
    );
  });
});
