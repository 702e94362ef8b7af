import { MAX_RECEIVES } from './memory-queue';
import type { Session } from './session';
import type { On, Step } from './steps';
import { processUpload } from '../../lambda/domain/process-upload';
import { imageIdOf } from '../../src/contract';

/** A worker and one message: the queue forgets what is acknowledged, and gives up what has been received too often. */
export async function work(session: Session, step: Step, { message: which, again }: Omit<On<'work'>, 'do'>): Promise<void> {
  const { queue, clock, history } = session.world;
  await session.world.turns.take({});
  const message = queue.receive(which);
  if (message === undefined) return;
  const isLast = message.receives >= MAX_RECEIVES;
  if (isLast) history.mayFail(imageIdOf(message.key)!);
  if (again && !isLast) message.visibleAt = clock.now;
  const { value } = await session.operate(step, async deps => (await processUpload(deps, message.key, isLast), true));
  if (isLast || (value && !again)) queue.drop(message);
}

/** Workers take whatever is visible, undisturbed. */
export async function workThrough(session: Session): Promise<void> {
  const step = { action: { do: 'tick' as const, ms: 0 }, overlaps: false, times: 1, faults: [], skew: 0 as const };
  const { queue, clock, turns } = session.world;
  for (const { visibleAt } of [...queue.messages]) {
    if (visibleAt <= clock.now) await turns.until(work(session, step, { message: 0, again: false }));
  }
}
