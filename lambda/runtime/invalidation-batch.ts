import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import * as v from 'valibot';
import { type Invalidation, PREFIXES, SEGMENTS } from '../../src/contract';
import type { Logger } from '../domain/ports';

/** The key of one original: no message can name more than one image. */
const ORIGINAL = new RegExp(
  `^${PREFIXES.ORIGINALS}${SEGMENTS.TENANT}/${SEGMENTS.USER}/${SEGMENTS.IMAGE_ID}/[0-9a-z]+$`,
);

const Message = v.object({
  image_id: v.pipe(v.string(), v.nonEmpty()),
  object_key: v.pipe(v.string(), v.regex(ORIGINAL)),
  mark: v.optional(v.pipe(v.number(), v.safeInteger())),
  scope: v.optional(v.picklist(['public', 'all'])),
  unpublished: v.optional(v.pipe(v.number(), v.safeInteger())),
});

export interface InvalidationBatchOptions {
  readonly logger: Pick<Logger, 'warn'>;
  /** Returns the invalidations that are not done. */
  readonly process: (invalidations: readonly Invalidation[]) => Promise<readonly Invalidation[]>;
}

/**
 * Processes all messages together, since they become few calls. Failed and malformed messages come again, until the
 * queue moves them to its dead-letter queue.
 */
export async function invalidateBatch(
  { Records }: SQSEvent, { logger, process }: InvalidationBatchOptions,
): Promise<SQSBatchResponse> {
  const read = Records.map(({ messageId, body }) => ({ messageId, invalidation: parse(body) }));
  for (const { messageId } of read.filter(({ invalidation }) => !invalidation)) {
    logger.warn('a message is not an invalidation; the queue delivers it again', { message_id: messageId });
  }
  const asked = read.flatMap(({ invalidation }) => invalidation ?? []);
  const left = new Set(await process(asked));
  const failed = read.filter(({ invalidation }) => !invalidation || left.has(invalidation));
  return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
}

function parse(body: string): Invalidation | undefined {
  try {
    const parsed = v.safeParse(Message, JSON.parse(body));
    return parsed.success ? parsed.output : undefined;
  } catch {
    return undefined;
  }
}
