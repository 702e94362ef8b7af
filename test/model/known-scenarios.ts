import type { Action, Create, Scenario, Step } from './steps';
import { VERY_SLOW } from './steps';

const MINUTE = 60_000;

const REQUEST: Create = { user: 'alice', type: 'image/png', size: 8, tags: [], hasChecksum: false };

function step(action: Action, more: Partial<Step> = {}): Step {
  return { action, overlaps: false, times: 1, faults: [], skew: 0, ...more };
}

const tick = (minutes: number) => step({ do: 'tick', ms: minutes * MINUTE });
const put = (slow: number) => step({ do: 'put', ticket: 0, body: 'right', slow });
const create = (key?: number) => step({ do: 'create', request: { ...REQUEST, key } });

function scenario(steps: Step[], picks: Scenario['picks'] = []): Scenario {
  return { steps, picks, lags: [], isSkewed: false, processing: 'off' };
}

/** A sweep asks each of 8 shards, then for a row: get (8), move its date (9), look for its object or delete it (10), write (11). */
const LOOK_OR_DELETE = 10;

/** While the sweeper waits for that call's answer, five minutes pass. */
const stalledSweep = [step({ do: 'sweep' }, { overlaps: true, faults: [{ at: LOOK_OR_DELETE, kind: 'slow' }] }), tick(5)];
const sweepFirst = [{ who: 0, turns: LOOK_OR_DELETE }];

/** Scenarios that chance seldom meets, and that broke the service once or break it where a precaution is missing. */
export const KNOWN_SCENARIOS = {
  /** The bytes land between the sweeper's look for them and its decision that their time is over. */
  landsWhileExpiring: scenario([create(), put(1), tick(64), ...stalledSweep], sweepFirst),

  /** The bytes land between the last visit's delete and its decision that nothing can come any more. */
  landsWhileSettling: scenario([
    create(),
    put(1),
    step({ do: 'delete', images: [0] }),
    tick(58),
    step({ do: 'sweep' }, { faults: [{ at: LOOK_OR_DELETE, kind: 'crash-after' }] }),
    tick(6),
    ...stalledSweep,
  ], sweepFirst),

  /** An upload expires, its key starts another, and only then the first one's bytes land. */
  landsAfterStartingAgain: scenario([create(0), put(VERY_SLOW), tick(66), step({ do: 'sweep' }), create(0)]),
} as const;
