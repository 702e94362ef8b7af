import { readTransformConfig } from '../../../lambda/runtime/transform-config';
import { encodeVariants, IMAGE_LIMITS } from '../../../src/contract';

const VARIANT = {
  name: 'large',
  width: 320,
  height: 320,
  fit: 'inside',
  formats: ['webp'],
  generation: 'on-demand',
  animated: true,
} as const;
const TRANSFORM = {
  BUCKET_NAME: 'bucket',
  TABLE_NAME: 'table',
  VARIANTS: encodeVariants([VARIANT]),
  IMAGE_LIMITS: JSON.stringify(IMAGE_LIMITS),
  TRANSFORM_TIMEOUT_SECONDS: '60',
  INVALIDATION_QUEUE_URL: 'https://sqs/1/q',
};

test('a transform function knows its set, its limits and its time in milliseconds', () => {
  expect(readTransformConfig(TRANSFORM)).toMatchObject({
    bucket: 'bucket',
    table: 'table',
    endpoint: undefined,
    variants: [VARIANT],
    imageLimits: IMAGE_LIMITS,
    timeoutMs: 60_000,
    invalidationQueueUrl: 'https://sqs/1/q',
  });
});

test.each([
  'BUCKET_NAME', 'TABLE_NAME', 'VARIANTS', 'IMAGE_LIMITS', 'TRANSFORM_TIMEOUT_SECONDS', 'INVALIDATION_QUEUE_URL',
])('an absent %s is an error that names it', name => {
  expect(() => readTransformConfig({ ...TRANSFORM, [name]: undefined })).toThrow(name);
});
