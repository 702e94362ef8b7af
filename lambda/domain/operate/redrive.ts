import { announce, logQueued, redriveImage } from './hand-over';
import { Pace } from './pace';
import { type Fate, type Progress, limitIds, Tally } from './tally';
import { type Announcement, parseImageId, type RedriveRequest } from '../../../src/contract';
import { ServiceError } from '../errors';
import type { DeadLetter, OperatorDeps } from '../ports';

/**
 * Empties the dead-letter queue: announces the uploads of each message again, then deletes the message. In this order,
 * a crash in between announces twice, which does no harm. The cursor is the start of the redrive. A message sent later
 * has failed again since, and taking it would never end. The same holds for messages of other kinds: both are left, and
 * stay hidden until the redrive ends.
 */
export async function redrive(
  deps: OperatorDeps, { rate, cursor }: RedriveRequest, deadline: number,
): Promise<Progress> {
  const began = cursor === undefined ? deps.clock.now() : readBeginning(cursor);
  const pace = new Pace(deps, rate);
  const tally = new Tally();
  const imageIds: string[] = [];
  const getProgress = () => ({ ...tally.counts, image_ids: limitIds(imageIds) });
  do {
    const messages = await deps.queues.receiveDeadLetters(pace.atOnce);
    if (messages.length === 0) return { ...getProgress(), done: true };
    const taken = await Promise.all(messages.map(message => redriveMessage(deps, message, began)));
    tally.add(taken);
    imageIds.push(...messages.flatMap((message, i) => taken[i] === 'queued' ? listIds(message) : []));
    await pace.wait(taken.filter(fate => fate === 'queued').length);
  } while (deps.clock.now() < deadline);
  return { ...getProgress(), done: false, cursor: new Date(began).toISOString() };
}

function readBeginning(cursor: string): number {
  const began = Date.parse(cursor);
  if (Number.isNaN(began)) throw new ServiceError('cursor must come from an earlier answer to a redrive; repeat the command without it');
  return began;
}

function listIds({ uploads = [] }: DeadLetter): string[] {
  return uploads.flatMap(({ object_key }) => parseImageId(object_key) ?? []);
}

async function redriveMessage(
  deps: OperatorDeps, { id, uploads, sentAt, remove }: DeadLetter, began: number,
): Promise<Fate> {
  if (uploads === undefined) {
    deps.logger.warn('unknown message in the dead-letter queue; left there', { message_id: id });
    return 'none of ours';
  }
  if (sentAt !== undefined && sentAt > began) return 'given up again';
  for (const upload of uploads) await requestAgain(deps, upload);
  await remove();
  return 'queued';
}

/** A failed image needs all of its own tries, whichever variants the message asked for. */
async function requestAgain(deps: OperatorDeps, { object_key, remake }: Announcement): Promise<void> {
  const imageId = parseImageId(object_key);
  const record = imageId === undefined ? undefined : await redriveImage(deps, imageId, object_key);
  await announce(deps, object_key, record?.status === 'ready' ? remake : undefined);
  if (record !== undefined) logQueued(deps, record, 'redrive');
}
