import { pick, type Session } from './session';
import { type On, type Step, USERS } from './steps';
import { operate } from '../../lambda/domain/operate/operate';
import type { RedriveRequest, ReprocessRequest } from '../../src/contract';

const MOST_CALLS = 100;

/**
 * An operator that follows each answer's cursor to the end, as the command does. Each call does as little as possible.
 */
export async function command(session: Session, step: Step, request: RedriveRequest | ReprocessRequest): Promise<void> {
  const { history } = session.service;
  history.ids().forEach(id => history.redriven(id));
  let cursor: string | undefined;
  for (let calls = 0; calls < MOST_CALLS; calls++) {
    const { value } = await session.operate(step, deps => operate(deps, { ...request, cursor }, 0));
    history.ids().forEach(id => history.redriven(id));
    if (value === undefined || value.done || value.refusal !== undefined) return;
    if (value.cursor === undefined) throw new Error('an answer says neither that all is done nor how to go on');
    cursor = value.cursor;
  }
  throw new Error(`an operator is not done after ${MOST_CALLS} calls: ${JSON.stringify(request)}`);
}

export async function reprocess(
  session: Session, step: Step, { target, image, remake }: On<'reprocess'>,
): Promise<void> {
  const known = pick(session.images, image);
  if (target === 'image' && (known === undefined || !session.service.table.rows.has(known.id))) return;
  const targets: Record<typeof target, Partial<ReprocessRequest>> = {
    image: { image_id: known?.id },
    user: { user_id: known?.owner ?? USERS[0] },
    all: { all: true },
  };
  await command(session, step, { command: 'reprocess', remake, rate: 2, ...targets[target] });
}
