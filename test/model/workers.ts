import { MAX_RECEIVES, type Message } from './memory-queue';
import type { Session } from './session';
import { CLAIM_MS, OWNER_SHARE, type UploadInWork } from './simulated-service';
import type { On, Step } from './steps';
import type { Scanner, SharingDeps, SurplusQueue, Table } from '../../lambda/domain/ports';
import { processUpload } from '../../lambda/domain/process-upload';
import { hashOwner, processWithinShare } from '../../lambda/domain/worker/owner-share';
import { parseImageId } from '../../src/contract';

/**
 * A worker processes one message. The queue drops acknowledged messages and moves those with too many receives to its
 * dead-letter queue.
 */
export async function work(
  session: Session, step: Step, { message: which, again: isRepeated }: Omit<On<'work'>, 'do'>,
): Promise<void> {
  const { service } = session;
  const { queue, clock, history } = service;
  await service.turns.take({});
  const message = queue.receive(which);
  if (message === undefined) return;
  const { key, remake, group } = message;
  // A FIFO queue does not deliver a message again while a worker has it.
  const again = isRepeated && group === undefined;
  const isLast = message.receives >= MAX_RECEIVES;
  if (isLast && remake === undefined) history.mayFail(parseImageId(key)!);
  if (again && !isLast) message.visibleAt = clock.now;
  let isTry = remake === undefined;
  service.working++;
  const inWork = new InWork(session, message);
  const { value } = await session.operate(step, async deps => {
    const scanner = listening(deps.scanner, answer => { isTry &&= answer !== 'waiting'; });
    const surplus: SurplusQueue = { add: async (...upload) => { isTry = false; await deps.surplus.add(...upload); } };
    await bring({ ...deps, scanner, surplus, table: inWork.watch(deps.table) }, message, isLast);
    return true;
  });
  inWork.end();
  service.working--;
  if (isTry) history.tried(parseImageId(key)!);
  if (value && (isLast || !again)) queue.drop(message);
  else if (isLast) queue.giveUp(message);
}

/** Processes a message of either queue, as the worker function does. */
async function bring(deps: SharingDeps, { key, remake, group }: Message, isLast: boolean): Promise<void> {
  if (group !== undefined) return processUpload(deps, key, isLast, remake);
  return processWithinShare(deps, { object_key: key, ...remake && { remake } }, { messageId: key, isLast });
}

/** Counts how many uploads of one owner are in work at once, by queue. An upload is in work once its record is read. */
class InWork implements UploadInWork {
  readonly owner: string | undefined;
  readonly isSurplus: boolean;
  /** The latest end of a slow worker. */
  readonly until: number;

  constructor(private readonly session: Session, { key, group }: Message) {
    this.owner = hashOwner(key);
    this.isSurplus = group !== undefined;
    this.until = session.service.clock.now + CLAIM_MS;
  }

  watch(table: Table): Table {
    const get: Table['get'] = async id => {
      this.begin();
      return table.get(id);
    };
    return new Proxy(table, { get: (target, name) => name === 'get' ? get : Reflect.get(target, name).bind(target) });
  }

  end(): void {
    this.session.service.inWork.delete(this);
  }

  private begin(): void {
    const { inWork, clock, surprises, skew } = this.session.service;
    inWork.add(this);
    const isBeside = ({ owner, isSurplus }: UploadInWork): boolean =>
      owner === this.owner && isSurplus === this.isSurplus;
    const together = [...inWork].filter(other => isBeside(other) && other.until > clock.now).length;
    // A clock error longer than a claim ends slots early; that only costs fairness.
    if (together > (this.isSurplus ? 1 : OWNER_SHARE) && skew === 0) {
      surprises.push({
        invariant: 'I11',
        subject: String(this.owner),
        problem: `${together} of its uploads are in work at once`,
      });
    }
  }
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

/** A step without faults. */
export const QUIET_STEP: Step = { action: { do: 'tick', ms: 0 }, overlaps: false, times: 1, faults: [], skew: 0 };

/** Workers process all visible messages. */
export async function workThrough(session: Session): Promise<void> {
  const { queue, clock, turns } = session.service;
  for (const { visibleAt } of [...queue.messages]) {
    if (visibleAt <= clock.now) await turns.until(work(session, QUIET_STEP, { message: 0, again: false }));
  }
}
