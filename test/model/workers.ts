import { MAX_RECEIVES } from './memory-queue';
import type { Session } from './session';
import type { On, Step } from './steps';
import type { Scanner } from '../../lambda/domain/ports';
import { processUpload } from '../../lambda/domain/process-upload';
import { imageIdOf } from '../../src/contract';

/** A worker and one message: the queue forgets what is acknowledged, and gives up what has been received too often. */
export async function work(session: Session, step: Step, { message: which, again }: Omit<On<'work'>, 'do'>): Promise<void> {
  const { world } = session;
  const { queue, clock, history } = world;
  await world.turns.take({});
  const message = queue.receive(which);
  if (message === undefined) return;
  const { key, remake } = message;
  const isLast = message.receives >= MAX_RECEIVES;
  if (isLast && remake === undefined) history.mayFail(imageIdOf(key)!);
  if (again && !isLast) message.visibleAt = clock.now;
  let isTry = remake === undefined;
  world.working++;
  const { value } = await session.operate(step, async deps => {
    const scanner = listening(deps.scanner, answer => { isTry &&= answer !== 'waiting'; });
    await processUpload({ ...deps, scanner }, key, isLast, remake);
    return true;
  });
  world.working--;
  if (isTry) history.tried(imageIdOf(key)!);
  if (value && (isLast || !again)) queue.drop(message);
  else if (isLast) queue.giveUp(message);
}

function listening(scanner: Scanner, hear: (answer: string) => void): Scanner {
  return {
    scan: async (key, etag) => {
      const answer = await scanner.scan(key, etag);
      hear(answer);
      return answer;
    },
  };
}

/** Undisturbed. */
export const QUIET_STEP: Step = { action: { do: 'tick', ms: 0 }, overlaps: false, times: 1, faults: [], skew: 0 };

/** Workers take whatever is visible. */
export async function workThrough(session: Session): Promise<void> {
  const { queue, clock, turns } = session.world;
  for (const { visibleAt } of [...queue.messages]) {
    if (visibleAt <= clock.now) await turns.until(work(session, QUIET_STEP, { message: 0, again: false }));
  }
}
