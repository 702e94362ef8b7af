import { Duration, Lazy, RemovalPolicy, Size, Token } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { matchStart } from './match-start';
import {
  Compute, ImageLimits, ImageType, Limits, Processing, Retention, Scanner, UploadRules,
  type ImageLimitsOptions,
  type ProcessingQueueOptions,
} from '../../src';
import { IMAGE_TYPES } from '../../src/contract';

describe('rejects values out of range with option, rule and value', () => {
  test.each<[string, () => unknown]>([
    [
      "'uploads.maxSize' must be a size from 1 byte to 5120 MiB in whole bytes, got: 0 bytes;",
      () => UploadRules.of({ maxSize: Size.bytes(0) }),
    ],
    [
      "'uploads.maxSize' must be a size from 1 byte to 5120 MiB in whole bytes, got: 5121 MiB;",
      () => UploadRules.of({ maxSize: Size.mebibytes(5121) }),
    ],
    [
      "'uploads.maxSize' must be a size from 1 byte to 5120 MiB in whole bytes, got: 1.5 bytes;",
      () => UploadRules.of({ maxSize: Size.bytes(1.5) }),
    ],
    [
      "'uploads.urlTtl' must be a time from 2 minutes to 15 minutes in whole seconds, got: 1 minute 59 seconds;",
      () => UploadRules.of({ urlTtl: Duration.seconds(119) }),
    ],
    [
      "'uploads.urlTtl' must be a time from 2 minutes to 15 minutes in whole seconds, got: 15 minutes 1 second;",
      () => UploadRules.of({ urlTtl: Duration.seconds(901) }),
    ],
    [
      "'uploads.urlTtl' must be a time from 2 minutes to 15 minutes in whole seconds, got:",
      () => UploadRules.of({ urlTtl: Duration.millis(120_500) }),
    ],
    ["'uploads.accept' must name at least one type, got: [];", () => UploadRules.of({ accept: [] })],
    [
      "'uploads.accept' must name types of ImageType (image/jpeg, ",
      () => UploadRules.of({ accept: ['image/svg+xml' as ImageType] }),
    ],
    [
      "'retention.removalPolicy' must be RETAIN, RETAIN_ON_UPDATE_OR_DELETE or DESTROY, got: snapshot;",
      () => Retention.of({ removalPolicy: RemovalPolicy.SNAPSHOT }),
    ],
    [
      "'retention.archiveAfter' must be a time of at least 1 day in whole days, got: 0 days;",
      () => Retention.of({ archiveAfter: Duration.days(0) }),
    ],
    [
      "'retention.archiveAfter' must be a time of at least 1 day in whole days, got: 1 day 12 hours;",
      () => Retention.of({ archiveAfter: Duration.hours(36) }),
    ],
    [
      "'retention.deletedRecords' must be a time of at least 14 days in whole days, got: 13 days;",
      () => Retention.of({ deletedRecords: Duration.days(13) }),
    ],
    ["'limits.rate' must be a number above 0, got: 0;", () => Limits.of({ rate: 0 })],
    ["'limits.rate' must be a number above 0, got: NaN;", () => Limits.of({ rate: NaN })],
    ["'limits.burst' must be a whole number of at least 1, got: 0;", () => Limits.of({ burst: 0 })],
    ["'limits.burst' must be a whole number of at least 1, got: 1.5;", () => Limits.of({ burst: 1.5 })],
    [
      "'compute.apiMemory' must be a size from 128 MiB to 10240 MiB in whole mebibytes, got: 127 MiB;",
      () => Compute.zip({ apiMemory: Size.mebibytes(127) }),
    ],
    [
      "'compute.apiMemory' must be a size from 128 MiB to 10240 MiB in whole mebibytes, got: 10241 MiB;",
      () => Compute.zip({ apiMemory: Size.mebibytes(10_241) }),
    ],
    [
      "'compute.architecture' must be ARM_64 or X86_64, got: riscv;",
      () => Compute.zip({ architecture: lambda.Architecture.custom('riscv') }),
    ],
    [
      "'compute.provisionedConcurrency' must be a whole number of at least 1, got: 0;",
      () => Compute.zip({ provisionedConcurrency: 0 }),
    ],
    [
      "'compute.reservedConcurrency' must be a whole number of at least 1, got: 0;",
      () => Compute.zip({ reservedConcurrency: 0 }),
    ],
    [
      "'compute.provisionedConcurrency' must be at most 'reservedConcurrency' (2), got: 3;",
      () => Compute.zip({ provisionedConcurrency: 3, reservedConcurrency: 2 }),
    ],
    [
      "'processing.memory' must be a size from 128 MiB to 10240 MiB in whole mebibytes, got: 10241 MiB;",
      () => Processing.queue({ memory: Size.mebibytes(10_241) }),
    ],
    [
      "'processing.timeout' must be a time from 1 second to 15 minutes in whole seconds, got: 15 minutes 1 second;",
      () => Processing.queue({ timeout: Duration.seconds(901) }),
    ],
    ["'processing.batchSize' must be a whole number from 1 to 10, got: 0;", () => Processing.queue({ batchSize: 0 })],
    ["'processing.batchSize' must be a whole number from 1 to 10, got: 11;", () => Processing.queue({ batchSize: 11 })],
    [
      "'processing.maxConcurrency' must be a whole number from 4 to 1000, got: 3;",
      () => Processing.queue({ maxConcurrency: 3 }),
    ],
    [
      "'processing.maxConcurrency' must be a whole number from 4 to 1000, got: 1001;",
      () => Processing.queue({ maxConcurrency: 1001 }),
    ],
    [
      "'processing.maxConcurrency' must be known at synthesis, got: a token;",
      () => Processing.queue({ maxConcurrency: Token.asNumber({ Ref: 'Workers' }) }),
    ],
    [
      "'processing.maxConcurrencyPerUser' must be a whole number from 2 to 6, got: 1;",
      () => Processing.queue({ maxConcurrencyPerUser: 1 }),
    ],
    [
      "'processing.maxConcurrencyPerUser' must be a whole number from 2 to 8, got: 9;",
      () => Processing.queue({ maxConcurrency: 8, maxConcurrencyPerUser: 9 }),
    ],
    [
      "'processing.maxConcurrencyPerUser' must be known at synthesis, got: a token;",
      () => Processing.queue({ maxConcurrencyPerUser: Token.asNumber({ Ref: 'Workers' }) }),
    ],
    [
      "'processing.scanner' must be made by a factory of Scanner, got: a plain object;",
      () => Processing.queue({ scanner: { kind: 'none' } as Scanner }),
    ],
    [
      "'processing.imageLimits' must be made by a factory of ImageLimits, got: a plain object;",
      () => Processing.queue({ imageLimits: {} as ImageLimits }),
    ],
    [
      "'processing.scanner.memory' must be a size from 2048 MiB to 10240 MiB in whole mebibytes, got: 2047 MiB;",
      () => Scanner.clamAv({ memory: Size.mebibytes(2047) }),
    ],
    [
      "'processing.scanner.maxDefinitionsAge' must be a time from 12 hours to 30 days in whole hours, got: 11 hours;",
      () => Scanner.clamAv({ maxDefinitionsAge: Duration.hours(11) }),
    ],
    [
      "'processing.scanner.maxDefinitionsAge' must be a time from 12 hours to 30 days in whole hours, got: 12 hours 30 minutes;",
      () => Scanner.clamAv({ maxDefinitionsAge: Duration.minutes(750) }),
    ],
    [
      "'processing.timeout' must be a Duration, got: 60; write it like Duration.seconds(60)",
      () => Processing.queue({ timeout: 60 as unknown as Duration }),
    ],
    [
      "'processing.memory' must be a Size, got: \"1 GiB\"; write it like Size.mebibytes(512)",
      () => Processing.queue({ memory: '1 GiB' as unknown as Size }),
    ],
    [
      "'processing.memroy' is not an option of Processing.queue(), got: an object of Size; it has memory, ",
      () => Processing.queue({ memroy: Size.gibibytes(2) } as ProcessingQueueOptions),
    ],
    [
      "'processing.scanner.age' is not an option of Scanner.clamAv(), got: 3; it has memory, maxDefinitionsAge",
      () => Scanner.clamAv({ age: 3 } as object),
    ],
    [
      "'processing.scanner' must be made by a factory of Scanner, got: \"clamav\";",
      () => Processing.queue({ scanner: 'clamav' as unknown as Scanner }),
    ],
    [
      "'processing.scanner' must be made by a factory of Scanner, got: an object of Limits;",
      () => Processing.queue({ scanner: Limits.of() as unknown as Scanner }),
    ],
    [
      "'limits.burst' must be a whole number of at least 1, got: \"400\";",
      () => Limits.of({ burst: '400' as unknown as number }),
    ],
    [
      "'uploads.accept' must be a list, got: \"image/png\"; write it like [ImageType.JPEG]",
      () => UploadRules.of({ accept: ImageType.PNG as unknown as ImageType[] }),
    ],
    [
      "'uploads.corsOrigins' must be a list, got: \"https://a.b\";",
      () => UploadRules.of({ corsOrigins: 'https://a.b' as unknown as string[] }),
    ],
    [
      "'processing.imageLimits.maxSide' must be a whole number from 1 to 65535, got: 65536;",
      () => ImageLimits.of({ maxSide: 65_536 }),
    ],
    [
      "'processing.imageLimits.decodeTime' must be a time from 1 second to 5 minutes in whole seconds, got: 5 minutes 1 second;",
      () => ImageLimits.of({ decodeTime: Duration.seconds(301) }),
    ],
    [
      "'processing.imageLimits.decodeMemory' must be a size from 256 MiB to 8192 MiB in whole mebibytes, got: 255 MiB;",
      () => ImageLimits.of({ decodeMemory: Size.mebibytes(255) }),
    ],
    [
      "'processing.imageLimits.decodeMemory' must be large enough for 'maxAvifPixels' (52000000 pixels of 18 bytes, 893 MiB), got: 892 MiB;",
      () => ImageLimits.of({ decodeMemory: Size.mebibytes(892) }),
    ],
    [
      "'processing.imageLimits.decodeMemory' must be large enough for 'maxPixels' (300000000 pixels of 4 bytes, 1145 MiB), got: 1024 MiB;",
      () => ImageLimits.of({ maxPixels: 300_000_000 }),
    ],
    [
      "'processing.imageLimits.decodeMemory' must be large enough for 'maxJpegPixels' (400000000 pixels of 3 bytes, 1145 MiB), got: 1024 MiB;",
      () => ImageLimits.of({ maxJpegPixels: 400_000_000 }),
    ],
    [
      "'processing.imageLimits.decodeMemory' must be large enough for 'maxHeicPixels' (300000000 pixels of 4 bytes, 1145 MiB), got: 1024 MiB;",
      () => ImageLimits.of({ maxHeicPixels: 300_000_000 }),
    ],
    [
      "'processing.imageLimits.decodeMemory' must be large enough for 'maxAnimationPixels' (300000000 pixels of 4 bytes, 1145 MiB), got: 1024 MiB;",
      () => ImageLimits.of({ maxAnimationPixels: 300_000_000 }),
    ],
    [
      "'processing.imageLimits.maxPixel' is not an option of ImageLimits, got: 5; it has maxPixels, ",
      () => ImageLimits.of({ maxPixel: 5 } as ImageLimitsOptions),
    ],
    [
      "'processing.imageLimits.decodeSeconds' is not an option of ImageLimits, got: 900; it has ",
      () => ImageLimits.of({ decodeSeconds: 900 } as ImageLimitsOptions),
    ],
  ])('%s', (message, make) => {
    expect(make).toThrow(matchStart(message));
  });

  test.each([
    '*', 'https://*.example.com', 'app.example.com', 'https://app.example.com/', 'https://App.example.com',
    'https://app.example.com:443', 'ftp://a.b', 'null', '',
  ])("'corsOrigins' rejects %p", origin => {
    const got = `got: ${origin};`;
    expect(() => UploadRules.of({ corsOrigins: [origin] })).toThrow(got);
    expect(() => UploadRules.of({ corsOrigins: [origin] })).toThrow(/^'uploads\.corsOrigins' must hold origins/);
  });
});

const COUNTS: (keyof ImageLimitsOptions)[] = [
  'maxPixels', 'maxJpegPixels', 'maxAvifPixels', 'maxHeicPixels', 'maxSide', 'maxFrames', 'maxAnimationPixels',
  'maxScans',
];

test.each(COUNTS)("rejects '%s' below 1", option => {
  for (const value of [0, -1, 1.5, NaN]) {
    expect(() => ImageLimits.of({ [option]: value })).toThrow(
      new RegExp(`^'processing\\.imageLimits\\.${option}' must be a whole number .*, got: ${value};`),
    );
  }
  expect(() => ImageLimits.of({ [option]: 1 })).not.toThrow();
});

describe('accepts values at the limits', () => {
  test.each<[string, () => unknown]>([
    ['maxSize 1 byte', () => UploadRules.of({ maxSize: Size.bytes(1) })],
    ['maxSize 5 GiB', () => UploadRules.of({ maxSize: Size.gibibytes(5) })],
    ['urlTtl 2 minutes', () => UploadRules.of({ urlTtl: Duration.minutes(2) })],
    ['urlTtl 15 minutes', () => UploadRules.of({ urlTtl: Duration.minutes(15) })],
    ['origin with a port', () => UploadRules.of({ corsOrigins: ['http://localhost:3000'] })],
    ['archiveAfter 1 day', () => Retention.of({ archiveAfter: Duration.hours(24) })],
    ['deletedRecords 14 days', () => Retention.of({ deletedRecords: Duration.days(14) })],
    ['rate below 1', () => Limits.of({ rate: 0.1 })],
    ['burst 1', () => Limits.of({ burst: 1 })],
    ['apiMemory 128 MiB', () => Compute.zip({ apiMemory: Size.mebibytes(128) })],
    ['apiMemory 10 GiB', () => Compute.zip({ apiMemory: Size.gibibytes(10) })],
    ['all warm', () => Compute.zip({ provisionedConcurrency: 1, reservedConcurrency: 1 })],
    [
      'an architecture that came from elsewhere',
      () => Compute.zip({ architecture: lambda.Architecture.custom('arm64') }),
    ],
  ])('%s', (_name, make) => {
    expect(make).not.toThrow();
  });

  test('and values that are known at deployment only', () => {
    const later = Token.asNumber(Lazy.any({ produce: () => 5 }));
    expect(() => Limits.of({ rate: later, burst: later })).not.toThrow();
    expect(() => Compute.zip({ provisionedConcurrency: later, reservedConcurrency: later })).not.toThrow();
  });
});

test('ImageType lists the types of the contract', () => {
  expect(Object.values(ImageType)).toEqual(IMAGE_TYPES);
});

test('list getters return copies', () => {
  const rules = UploadRules.of({ corsOrigins: ['https://a.example.com'] });
  rules.corsOrigins.push('https://evil.example.com');
  rules.contentTypes.pop();
  expect(rules.corsOrigins).toEqual(['https://a.example.com']);
  expect(rules.contentTypes).toHaveLength(IMAGE_TYPES.length);
});
