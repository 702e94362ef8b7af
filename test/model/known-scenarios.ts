import type fc from 'fast-check';
import type { Action, Body, Create, Scenario, Step } from './steps';
import { meddled, VERY_SLOW } from './steps';

const MINUTE = 60_000;

const REQUEST: Create = { user: 'alice', type: 'image/png', size: 8, tags: [], hasChecksum: false };

function step(action: Action, more: Partial<Step> = {}): Step {
  return { action, overlaps: false, times: 1, faults: [], skew: 0, ...more };
}

const tick = (minutes: number) => step({ do: 'tick', ms: minutes * MINUTE });
const put = (slow: number) => step({ do: 'put', ticket: 0, body: 'right', slow });
const create = (key?: number) => step({ do: 'create', request: { ...REQUEST, key } });

function scenario(
  steps: Step[], picks: Scenario['picks'] = [], processing: Scenario['processing'] = 'off', hasCdn = false,
): Scenario {
  return { steps, picks, lags: [], isSkewed: false, processing, hasCdn };
}

const upload = (body: Body = 'right') => step({ do: 'upload', request: REQUEST, body });
const work = (again = false) => step({ do: 'work', message: 0, again });

const retag: Action = { do: 'patch', image: 0, patch: { tags: ['sea'], match: 'none' } };

/** Reprocessing of a ready image from an older release is queued. */
const OUTDATED = [
  upload(), work(), step({ do: 'deploy' }), step({ do: 'deploy' }),
  step({ do: 'reprocess', target: 'all', image: 0, remake: 'changed' }),
];

/**
 * Two operations: the second runs to its end after the first has begun. Reprocessing takes eight turns: begin, lease,
 * read, recall, scan, two PUTs, look.
 */
const BETWEEN_LOOK_AND_COMMIT = [{ who: 0, turns: 0 }, { who: 1, turns: 7 }, { who: 0, turns: 50 }];

/** Calls of a delete: get (0), mark (1), delete the original (2) and the variants (3), queue the invalidation (4). */
const TELL_CDN = 4;

/**
 * A set with `medium` made on demand. A first view takes five turns before it stores the variant: get and look, lease
 * (no turn), look again, recall, read.
 */
const ON_DEMAND = [step({ do: 'deploy' }), step({ do: 'deploy' }), step({ do: 'deploy' }), upload(), work()];
const look = step({ do: 'view', image: 0, variant: 0 }, { overlaps: true });

const seen = step({ do: 'view', image: 0, variant: 0 });

/** Calls of a worker: get (0), claim (1), read (2), recall (3), scan (4), put twice (5, 6), get (7), commit (8). */
const DIES_BEFORE_COMMIT = step({ do: 'work', message: 0, again: true }, { faults: [{ at: 8, kind: 'crash-before' }] });
const FIVE_DEATHS = Array.from({ length: 5 }, () => [DIES_BEFORE_COMMIT, tick(2)]).flat();
const SWEEP_ONCE = step({ do: 'sweep' });
const redriveAll = step({ do: 'reprocess', target: 'all', image: 0, remake: 'missing' });

/** Workers fail five times: the image becomes `failed`, and its message goes to the dead-letter queue. */
const FIVE_TRIES = Array.from({ length: 5 }, () => [work(true), tick(2)]).flat();
const GIVEN_UP = [upload('poison'), ...FIVE_TRIES];

/**
 * A sweep queries each of 12 partitions, then gets a batch of records (12). For a pending record it looks for the
 * object (13) and writes (14).
 */
const LOOK = 13;
/** For a deleted record it moves the date (13), deletes the object (14), and writes (15). */
const DELETE = 14;

/** For a failed record it moves the date (13), takes the claim (14), and deletes the variants (15). */
const DELETE_VARIANTS = 15;

/** Five minutes pass while the sweeper waits for the answer to this call. */
const stalledSweep = (call: number) => [
  step({ do: 'sweep' }, { overlaps: true, faults: [{ at: call, kind: 'slow' }] }), tick(5),
];
const sweepFirst = (call: number) => [{ who: 0, turns: call }];

/** Scenarios that random runs seldom reach. Each broke the service once, or breaks it when a precaution is missing. */
export const KNOWN_SCENARIOS = {
  /** The bytes land after the sweeper has looked for them and before it expires the record. */
  landsWhileExpiring: scenario([create(), put(1), tick(64), ...stalledSweep(LOOK)], sweepFirst(LOOK)),

  /** A client gets a new URL for its key after the sweeper's look and before it expires the first URL's record. */
  renewsWhileExpiring: scenario([
    create(0), tick(66), step({ do: 'sweep' }, { overlaps: true, faults: [{ at: LOOK, kind: 'slow' }] }), create(0),
    put(0), step({ do: 'confirm', image: 0 }),
  ], [...sweepFirst(LOOK), { who: 0, turns: 5 }]),

  /** The bytes land between the delete of the last sweep and its decision that no more bytes can arrive. */
  landsWhileSettling: scenario([
    create(),
    put(1),
    step({ do: 'delete', images: [0] }),
    tick(58),
    step({ do: 'sweep' }, { faults: [{ at: DELETE, kind: 'crash-after' }] }),
    tick(6),
    ...stalledSweep(DELETE),
  ], sweepFirst(DELETE)),

  /** An upload expires, its key starts another upload, and then the first upload's bytes land. */
  landsAfterStartingAgain: scenario([create(0), put(VERY_SLOW), tick(66), step({ do: 'sweep' }), create(0)]),

  /**
   * A user changes the tags while a worker reprocesses: the user's request reads the record before that and writes
   * after it.
   */
  retagsWhileReprocessing: scenario([...OUTDATED, step(retag, { overlaps: true }), work()], [
    { who: 0, turns: 0 }, { who: 0, turns: 0 }, { who: 1, turns: 50 },
  ], 'on'),

  /** A user changes the tags between the worker's last look at the record and its commit. */
  reprocessesWhileRetagging: scenario(
    [...OUTDATED, { ...work(), overlaps: true }, step(retag)], BETWEEN_LOOK_AND_COMMIT, 'on',
  ),

  /** A user deletes the image between the worker's last look at the record and its commit. */
  reprocessesWhileDeleting: scenario(
    [...OUTDATED, { ...work(), overlaps: true }, step({ do: 'delete', images: [0] })], BETWEEN_LOOK_AND_COMMIT, 'on',
  ),

  /** A scanner outage lasts as long as five tries take. */
  outlastsEveryTry: scenario([upload('scanner-outage'), ...FIVE_TRIES], [], 'on'),

  /** The operator function dies right after it has reset an image's tries, before any report. */
  diesWhileRedriving: scenario(
    [...GIVEN_UP, step({ do: 'redrive' }, { faults: [{ at: 2, kind: 'crash-after' }] })], [], 'on',
  ),

  /** The delete request dies before it queues the invalidation of a variant that the CDN has cached. */
  diesWhileTelling: scenario([
    upload(), work(), step({ do: 'view', image: 0, variant: 0 }),
    step({ do: 'delete', images: [0] }, { faults: [{ at: TELL_CDN, kind: 'crash-before' }] }),
  ], [], 'on', true),

  /** A worker dies before its commit, the CDN caches the stored variant, and then the scanner finds malware. */
  rejectsWhatWasShown: scenario([upload('found-later'), DIES_BEFORE_COMMIT, seen, tick(2), work()], [], 'on', true),

  /** Every worker dies before its commit, and the CDN caches the variants that they stored. */
  failsAfterBeingShown: scenario([upload(), ...FIVE_DEATHS, seen], [], 'on', true),

  /** An operator redrives the image, and only then the CDN gets the invalidation of the cached variants. */
  redrivesBeforeInvalidating: scenario([
    upload(), ...FIVE_DEATHS, seen, tick(6), SWEEP_ONCE, SWEEP_ONCE, redriveAll, seen, work(), seen,
    step({ do: 'invalidate', refusals: 0 }), seen,
  ], [], 'on', true),

  /**
   * The image fails again during the first invalidation, after a view; then the sweeper dies between its delete and its
   * mark.
   */
  failsTwiceWhileInvalidating: scenario([
    upload(), ...FIVE_DEATHS, tick(6), SWEEP_ONCE, SWEEP_ONCE, redriveAll, ...FIVE_DEATHS, tick(6),
    step({ do: 'invalidate', refusals: 0 }, { overlaps: true }), { ...seen, overlaps: true }, SWEEP_ONCE, tick(1),
    step({ do: 'sweep' }, { faults: [{ at: DELETE_VARIANTS, kind: 'crash-after' }] }),
  ], [{ who: 0, turns: 0 }, { who: 0, turns: 0 }, { who: 0, turns: 50 }], 'on', true),

  /** An operator redrives the image just before the sweeper deletes its variants. */
  redrivesWhileCleaning: scenario([
    upload(), ...FIVE_DEATHS, tick(6), SWEEP_ONCE, tick(1), step({ do: 'sweep' }, { overlaps: true }),
    step({ do: 'redrive' }, { overlaps: true }), work(),
  ], [
    { who: 0, turns: DELETE_VARIANTS - 1 }, { who: 0, turns: 50 }, { who: 0, turns: 0 }, { who: 1, turns: 50 },
  ], 'on', true),

  /** A user deletes an image while one of its variants is being made. */
  makesWhileDeleting: scenario([...ON_DEMAND, look, step({ do: 'delete', images: [0] })], [
    { who: 0, turns: 0 }, { who: 1, turns: 4 }, { who: 0, turns: 50 },
  ], 'on', true),

  /** A compromised function forges records that make the sweeper delete objects, and an entry of its own list. */
  forgesRecords: scenario([
    upload(), work(), step({ do: 'forge', image: 0, by: 'bob', status: 'deleting' }),
    step({ do: 'forge', image: 0, by: 'alice', status: 'rejected' }),
    tick(6), step({ do: 'sweep' }),
  ], [], 'on', true),
} as const;

/** Random scenarios that start from states that chance seldom reaches. */
export const MEDDLED: Record<'reprocesses' | 'firstReprocesses' | 'redrives', fc.Arbitrary<Scenario>> = {
  reprocesses: meddled(OUTDATED, 'on'),

  /** Reprocesses an image that no worker has ever seen. */
  firstReprocesses: meddled(
    [upload(), step({ do: 'deploy' }), step({ do: 'reprocess', target: 'all', image: 0, remake: 'missing' })], 'later',
  ),

  redrives: meddled(GIVEN_UP, 'on'),
};
