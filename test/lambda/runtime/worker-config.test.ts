import fc from 'fast-check';
import { readSweeperConfig } from '../../../lambda/runtime/config';
import { readWorkerConfig } from '../../../lambda/runtime/worker-config';
import { buildHandlerEnvironment } from '../../../local/functions/handlers';
import { buildEmbeddedPlace } from '../../../local/place';
import { encodeVariants, IMAGE_LIMITS, computeLongestImageSeconds, MAX_PROCESSED_BYTES } from '../../../src/contract';

const COMMON = { ...buildHandlerEnvironment(buildEmbeddedPlace('', ''), []), PROCESSING_MODE: 'queue' };
const VARIANT = {
  name: 'thumb',
  width: 320,
  height: 320,
  fit: 'inside',
  formats: ['webp'],
  generation: 'eager',
  animated: true,
} as const;
const WORKER = {
  ...COMMON,
  QUEUE_URL: 'https://queue',
  VARIANTS: encodeVariants([VARIANT]),
  IMAGE_LIMITS: JSON.stringify(IMAGE_LIMITS),
  MAX_RECEIVES: '5',
  WORKER_TIMEOUT_SECONDS: '60',
  SCANNER: 'none',
  OWNER_SHARE: '2',
  OWNER_LANES: '1',
  SURPLUS_QUEUE_URL: 'https://surplus.fifo',
  DEAD_LETTER_QUEUE_URL: 'https://given-up',
};

test('a worker knows its set, its limits and its time', () => {
  expect(readWorkerConfig(WORKER)).toMatchObject({
    variants: [VARIANT],
    imageLimits: IMAGE_LIMITS,
    maxReceives: 5,
    share: 2,
    lanes: 1,
    surplusQueueUrl: 'https://surplus.fifo',
    deadLetterQueueUrl: 'https://given-up',
    timeoutMs: 60_000,
    hiddenMs: 360_000,
    longestMs: 35_000,
    decodeWallSeconds: 22.5,
    scanner: 'none',
    policy: { processing: true },
  });
});

test('a worker with little time still begins an image, or it would never begin one', () => {
  expect(readWorkerConfig({ ...WORKER, WORKER_TIMEOUT_SECONDS: '30' }).longestMs).toBe(27_000);
  expect(readWorkerConfig({ ...WORKER, QUEUE_HIDDEN_SECONDS: '90' }).hiddenMs).toBe(90_000);
});

test.each([
  // Each value includes 15 seconds to read, write and start.
  ['no longer than it may work, where there is no more time', '35', 10],
  ['as long as it may work, where the time is too short', '20', 10],
  ['as long as two in a row find time', '60', 22.5],
  ['three times as long as it may work, at most', '900', 30],
])('a decoder has, by the clock, %s', (_, timeout, seconds) => {
  expect(readWorkerConfig({ ...WORKER, WORKER_TIMEOUT_SECONDS: timeout }).decodeWallSeconds).toBe(seconds);
});

test('two decoders that hang end within the time of any worker that the construct makes', () => {
  const [decodeTimes, sizes] = [300, MAX_PROCESSED_BYTES].map(max => fc.integer({ min: 1, max }));
  fc.assert(fc.property(decodeTimes, sizes, fc.nat({ max: 860 }), (decodeSeconds, size, more) => {
    const limits = { ...IMAGE_LIMITS, decodeSeconds };
    const others = computeLongestImageSeconds(limits, size, 0) - 2 * decodeSeconds;
    const timeout = 2 * decodeSeconds + others + more;
    const env = {
      ...WORKER,
      IMAGE_LIMITS: JSON.stringify(limits),
      MAX_UPLOAD_BYTES: `${size}`,
      WORKER_TIMEOUT_SECONDS: `${timeout}`,
    };
    const { decodeWallSeconds } = readWorkerConfig(env);
    expect(others + 2 * decodeWallSeconds).toBeLessThanOrEqual(timeout);
    expect(decodeWallSeconds).toBeGreaterThanOrEqual(decodeSeconds);
  }));
});

test.each([
  ['VARIANTS', undefined, 'VARIANTS must be set, got: undefined'],
  ['VARIANTS', '[]', 'VARIANTS must have the form that the construct writes: invalid at: []'],
  ['VARIANTS', 'thumb:320x320:iea:w;card:1x1:iea:g', 'invalid at: card:1x1:iea:g'],
  ['VARIANTS', 'thumb:0x320:iea:w', 'invalid at: thumb:0x320'],
  ['IMAGE_LIMITS', '[{', 'IMAGE_LIMITS must be JSON, got: [{'],
  [
    'IMAGE_LIMITS', JSON.stringify({ ...IMAGE_LIMITS, maxFrames: undefined }),
    'IMAGE_LIMITS must have the form that the construct writes; maxFrames is wrong: ',
  ],
  ['IMAGE_LIMITS', JSON.stringify({ ...IMAGE_LIMITS, decodeSeconds: 0 }), 'decodeSeconds is wrong: '],
  ['QUEUE_URL', undefined, 'QUEUE_URL must be set, got: undefined'],
  ['MAX_RECEIVES', '0', 'MAX_RECEIVES must be a whole number of at least 1, got: 0'],
  ['WORKER_TIMEOUT_SECONDS', 'soon', 'WORKER_TIMEOUT_SECONDS must be a whole number of at least 1, got: soon'],
  ['SCANNER', 'mcafee', 'SCANNER must be one of none, guardduty, clamav, got: mcafee'],
  ['SCANNER', 'clamav', 'SCANNER_FUNCTION must be set, got: undefined'],
])('%s=%s is refused', (name, value, message) => {
  expect(() => readWorkerConfig({ ...WORKER, [name]: value })).toThrow(message);
});

test('the function that scans is named where one does', () => {
  expect(readWorkerConfig({ ...WORKER, SCANNER: 'clamav', SCANNER_FUNCTION: 'scan' })).toMatchObject({
    scanner: 'clamav',
    scannerFunction: 'scan',
  });
});

describe('a sweeper', () => {
  test('needs a queue where workers hear of uploads', () => {
    expect(readSweeperConfig({ ...COMMON, QUEUE_URL: 'https://queue' }).queueUrl).toBe('https://queue');
    expect(() => readSweeperConfig({ ...COMMON, QUEUE_URL: '' })).toThrow('QUEUE_URL must be set');
  });

  test('needs none where there are no workers', () => {
    expect(readSweeperConfig({ ...COMMON, PROCESSING_MODE: 'none', QUEUE_URL: 'https://queue' })).not.toHaveProperty(
      'queueUrl',
    );
  });
});
