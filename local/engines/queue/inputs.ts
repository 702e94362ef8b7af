import * as v from 'valibot';
import { buildInvalidValueError, buildMissingParameterError } from './errors';
import type { Input } from '../aws-json';

/** SQS accepts 1 MiB of text. */
const MAX_BODY_BYTES = 2 ** 20;
const MAX_SECONDS = { VISIBILITY: 43_200, WAIT: 20 } as const;

/** Characters outside XML 1.0. SQS rejects them in JSON, too (API reference, SendMessage). */
// eslint-disable-next-line no-control-regex
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/u;

const text = v.pipe(v.string(), v.nonEmpty());
const defineSeconds = (most: number) => v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(most)));
/** A message group ID or deduplication ID (API reference, SendMessage). */
const Name = v.pipe(v.string(), v.regex(/^[\x21-\x7e]{1,128}$/, 'must be 1 to 128 letters, digits and punctuation'));
const QueueUrl = v.object({ QueueUrl: text });

const Send = v.object({
  ...QueueUrl.entries,
  MessageBody: v.pipe(
    text,
    v.check(body => Buffer.byteLength(body) <= MAX_BODY_BYTES, `must be at most ${MAX_BODY_BYTES} bytes`),
    v.check(body => !FORBIDDEN.test(body), 'must have no characters that XML 1.0 forbids'),
  ),
  MessageGroupId: v.optional(Name),
  MessageDeduplicationId: v.optional(Name),
});

const Receive = v.object({
  ...QueueUrl.entries,
  MaxNumberOfMessages: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(10)), 1),
  VisibilityTimeout: defineSeconds(MAX_SECONDS.VISIBILITY),
  WaitTimeSeconds: defineSeconds(MAX_SECONDS.WAIT),
});

const Delete = v.object({ ...QueueUrl.entries, ReceiptHandle: text });

const ChangeVisibility = v.object({
  ...Delete.entries,
  VisibilityTimeout: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(MAX_SECONDS.VISIBILITY)),
});

export type SendInput = v.InferOutput<typeof Send>;
export type ReceiveInput = v.InferOutput<typeof Receive>;
export type DeleteInput = v.InferOutput<typeof Delete>;
export type ChangeVisibilityInput = v.InferOutput<typeof ChangeVisibility>;

export const parseSendInput = (input: Input): SendInput => parseInput(Send, input);
export const parseReceiveInput = (input: Input): ReceiveInput => parseInput(Receive, input);
export const parseDeleteInput = (input: Input): DeleteInput => parseInput(Delete, input);
export const parseChangeVisibilityInput = (input: Input): ChangeVisibilityInput => parseInput(ChangeVisibility, input);
export const parseQueueUrl = (input: Input): string => parseInput(QueueUrl, input).QueueUrl;

function parseInput<T extends v.GenericSchema>(schema: T, input: Input): v.InferOutput<T> {
  const result = v.safeParse(schema, input, { abortEarly: true });
  if (result.success) return result.output;
  const [{ message, input: got, path }] = result.issues;
  const name = String(path?.[0].key);
  if (got === undefined) throw buildMissingParameterError(name);
  throw buildInvalidValueError(name, message, typeof got === 'string' ? got.slice(0, 100) : got);
}
