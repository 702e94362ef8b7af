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

function scenario(steps: Step[], picks: Scenario['picks'] = [], processing: Scenario['processing'] = 'off', hasCdn = false): Scenario {
  return { steps, picks, lags: [], isSkewed: false, processing, hasCdn };
}

const upload = (body: Body = 'right') => step({ do: 'upload', request: REQUEST, body });
const work = (again = false) => step({ do: 'work', message: 0, again });

const retag: Action = { do: 'patch', image: 0, patch: { tags: ['sea'], match: 'none' } };

/** A ready image of an older release is on its way to be remade. */
const OUTDATED = [
  upload(), work(), step({ do: 'deploy' }), step({ do: 'deploy' }), step({ do: 'reprocess', target: 'all', image: 0, remake: 'changed' }),
];

/** What begins after a remake has all its turns then: to begin, lease, read, recall, scan, put twice and look take the remake eight. */
const BETWEEN_LOOK_AND_COMMIT = [{ who: 0, turns: 0 }, { who: 1, turns: 7 }, { who: 0, turns: 50 }];

/** Someone deletes: get (0), mark (1), delete the original (2) and the variants (3), tell the CDN (4). */
const TELL_CDN = 4;

/** A set whose `medium` nobody makes before somebody asks for it: get, look, lease (no turn), look again, recall and read take five turns, then it is stored. */
const ON_DEMAND = [step({ do: 'deploy' }), step({ do: 'deploy' }), step({ do: 'deploy' }), upload(), work()];
const look = step({ do: 'view', image: 0, variant: 0 }, { overlaps: true });

const seen = step({ do: 'view', image: 0, variant: 0 });

/** A worker begins: get (0), claim (1), read (2), recall (3), scan (4), put twice (5, 6), get (7), commit (8). */
const DIES_BEFORE_COMMIT = step({ do: 'work', message: 0, again: true }, { faults: [{ at: 8, kind: 'crash-before' }] });
const FIVE_DEATHS = Array.from({ length: 5 }, () => [DIES_BEFORE_COMMIT, tick(2)]).flat();
const SWEEP_ONCE = step({ do: 'sweep' });
const redriveAll = step({ do: 'reprocess', target: 'all', image: 0, remake: 'missing' });

/** An image has been given up, and its message with it. */
const FIVE_TRIES = Array.from({ length: 5 }, () => [work(true), tick(2)]).flat();
const GIVEN_UP = [upload('poison'), ...FIVE_TRIES];

/** A sweep asks for each of 12 partitions, then for a batch of records (12). It looks for the object of one that is pending (13), and writes (14). */
const LOOK = 13;
/** Of a deleted one it moves the date (13), deletes the object (14), and writes (15). */
const DELETE = 14;

/** Of one that failed it moves the date (13), takes the hold (14), and deletes the variants (15). */
const DELETE_VARIANTS = 15;

/** While the sweeper waits for that call's answer, five minutes pass. */
const stalledSweep = (call: number) => [step({ do: 'sweep' }, { overlaps: true, faults: [{ at: call, kind: 'slow' }] }), tick(5)];
const sweepFirst = (call: number) => [{ who: 0, turns: call }];

/** Scenarios that chance seldom meets, and that broke the service once or break it where a precaution is missing. */
export const KNOWN_SCENARIOS = {
  /** The bytes land between the sweeper's look for them and its decision that their time is over. */
  landsWhileExpiring: scenario([create(), put(1), tick(64), ...stalledSweep(LOOK)], sweepFirst(LOOK)),

  /** A client gets another URL for its key between the sweeper's look and its decision that the first URL's time is over. */
  renewsWhileExpiring: scenario([
    create(0), tick(66), step({ do: 'sweep' }, { overlaps: true, faults: [{ at: LOOK, kind: 'slow' }] }), create(0), put(0), step({ do: 'confirm', image: 0 }),
  ], [...sweepFirst(LOOK), { who: 0, turns: 5 }]),

  /** The bytes land between the last visit's delete and its decision that nothing can come any more. */
  landsWhileSettling: scenario([
    create(),
    put(1),
    step({ do: 'delete', images: [0] }),
    tick(58),
    step({ do: 'sweep' }, { faults: [{ at: DELETE, kind: 'crash-after' }] }),
    tick(6),
    ...stalledSweep(DELETE),
  ], sweepFirst(DELETE)),

  /** An upload expires, its key starts another, and only then the first one's bytes land. */
  landsAfterStartingAgain: scenario([create(0), put(VERY_SLOW), tick(66), step({ do: 'sweep' }), create(0)]),

  /** Somebody changes the tags while a worker makes variants again: he reads the row before that, and writes after it. */
  retagsWhileRemaking: scenario([...OUTDATED, step(retag, { overlaps: true }), work()], [
    { who: 0, turns: 0 }, { who: 0, turns: 0 }, { who: 1, turns: 50 },
  ], 'on'),

  /** The same between the worker's last look at the row and its commit. */
  remakesWhileRetagging: scenario([...OUTDATED, { ...work(), overlaps: true }, step(retag)], BETWEEN_LOOK_AND_COMMIT, 'on'),

  /** Somebody deletes the image just then. */
  remakesWhileDeleting: scenario([...OUTDATED, { ...work(), overlaps: true }, step({ do: 'delete', images: [0] })], BETWEEN_LOOK_AND_COMMIT, 'on'),

  /** A scanner has an outage for as long as five tries take. */
  outlastsEveryTry: scenario([upload('scanner-outage'), ...FIVE_TRIES], [], 'on'),

  /** An operator's function dies when it has given an image its tries again, and told nobody. */
  diesWhileRedriving: scenario([...GIVEN_UP, step({ do: 'redrive' }, { faults: [{ at: 2, kind: 'crash-after' }] })], [], 'on'),

  /** Whoever deletes dies before he tells the CDN, which has shown it before. */
  diesWhileTelling: scenario([
    upload(), work(), step({ do: 'view', image: 0, variant: 0 }), step({ do: 'delete', images: [0] }, { faults: [{ at: TELL_CDN, kind: 'crash-before' }] }),
  ], [], 'on', true),

  /** A worker dies before its commit; the CDN shows what it stored; then the scanner knows better. */
  rejectsWhatWasShown: scenario([upload('found-later'), DIES_BEFORE_COMMIT, seen, tick(2), work()], [], 'on', true),

  /** Every worker dies before its commit, and the CDN shows what they stored. */
  failsAfterBeingShown: scenario([upload(), ...FIVE_DEATHS, seen], [], 'on', true),

  /** An operator redrives it, and only then the CDN hears of what it showed before. */
  redrivesBeforeInvalidating: scenario([
    upload(), ...FIVE_DEATHS, seen, tick(6), SWEEP_ONCE, SWEEP_ONCE, redriveAll, seen, work(), seen, step({ do: 'invalidate', refusals: 0 }), seen,
  ], [], 'on', true),

  /** It fails again while the CDN is told of the first time, after somebody looked; then the sweeper dies between its delete and its mark. */
  failsTwiceWhileInvalidating: scenario([
    upload(), ...FIVE_DEATHS, tick(6), SWEEP_ONCE, SWEEP_ONCE, redriveAll, ...FIVE_DEATHS, tick(6),
    step({ do: 'invalidate', refusals: 0 }, { overlaps: true }), { ...seen, overlaps: true }, SWEEP_ONCE, tick(1),
    step({ do: 'sweep' }, { faults: [{ at: DELETE_VARIANTS, kind: 'crash-after' }] }),
  ], [{ who: 0, turns: 0 }, { who: 0, turns: 0 }, { who: 0, turns: 50 }], 'on', true),

  /** An operator redrives it while the sweeper is about to delete its variants. */
  redrivesWhileCleaning: scenario([
    upload(), ...FIVE_DEATHS, tick(6), SWEEP_ONCE, tick(1), step({ do: 'sweep' }, { overlaps: true }), step({ do: 'redrive' }, { overlaps: true }), work(),
  ], [{ who: 0, turns: DELETE_VARIANTS - 1 }, { who: 0, turns: 50 }, { who: 0, turns: 0 }, { who: 1, turns: 50 }], 'on', true),

  /** Somebody deletes an image while a variant is made of it. */
  makesWhileDeleting: scenario([...ON_DEMAND, look, step({ do: 'delete', images: [0] })], [
    { who: 0, turns: 0 }, { who: 1, turns: 4 }, { who: 0, turns: 50 },
  ], 'on', true),

  /** A function that was taken over forges what the sweeper deletes for, and an entry of its own list. */
  forgesRecords: scenario([
    upload(), work(), step({ do: 'forge', image: 0, by: 'bob', status: 'deleting' }), step({ do: 'forge', image: 0, by: 'alice', status: 'rejected' }),
    tick(6), step({ do: 'sweep' }),
  ], [], 'on', true),
} as const;

/** What chance seldom leads to, and what comes then. */
export const MEDDLED: Record<'remakes' | 'firstRemakes' | 'redrives', fc.Arbitrary<Scenario>> = {
  remakes: meddled(OUTDATED, 'on'),

  /** Of an image that no worker has ever seen. */
  firstRemakes: meddled([upload(), step({ do: 'deploy' }), step({ do: 'reprocess', target: 'all', image: 0, remake: 'missing' })], 'later'),

  redrives: meddled(GIVEN_UP, 'on'),
};
