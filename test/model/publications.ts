import fc from 'fast-check';
import { type Fault, FAULT_KINDS } from './process';
import { type Action, type Scenario, type Step } from './steps';

const MINUTE = 60_000;

function step(action: Action, more: Partial<Step> = {}): Step {
  return { action, overlaps: false, times: 1, faults: [], skew: 0, ...more };
}

const upload = step({
  do: 'upload',
  request: { user: 'alice', type: 'image/png', size: 8, tags: [], hasChecksum: false },
  body: 'right',
});
const work = step({ do: 'work', message: 0, again: false });
const publish = step({ do: 'publish', image: 0, visibility: 'public' });
const unpublish = step({ do: 'publish', image: 0, visibility: 'private' });
const view = step({ do: 'view', image: 0, variant: 0, isPublic: true });
const invalidate = step({ do: 'invalidate', refusals: 0 });
const sweep = step({ do: 'sweep' });
const tick = (minutes: number) => step({ do: 'tick', ms: minutes * MINUTE });

const READY = [upload, work];
/** The last set of the model, whose `medium` is made on demand. */
const ON_DEMAND = [step({ do: 'deploy' }), step({ do: 'deploy' }), step({ do: 'deploy' }), ...READY];

function scenario(steps: readonly Step[], picks: Scenario['picks'] = [], isSkewed = false): Scenario {
  return { steps, picks, lags: [], isSkewed, processing: 'on', hasCdn: true };
}

/** Calls of a first public view of a stored variant: get (0), find (1), read (2), store the copy (3), look (4). */
const STORE = 3;
const overlapping = (one: Step, faults: readonly Fault[] = []): Step => ({ ...one, overlaps: true, faults });

const BETWEEN_LOOK_AND_STORE = [{ who: 0, turns: 0 }, { who: 1, turns: STORE - 1 }, { who: 0, turns: 50 }];

const diesWithCopy = [overlapping(view, [{ at: STORE, kind: 'crash-after' }]), unpublish];

/** A sweep queries each partition, reads the records (12), moves the date (13), deletes (14), writes, queues (16). */
const PARTITIONS = 12;
const DELETE = 14;
const QUEUE = 16;

export const PUBLICATIONS = {
  /** A copy is stored after the image was made private, and its function looks at the record. */
  copiesWhileUnpublishing: scenario([...READY, publish, overlapping(view), unpublish], BETWEEN_LOOK_AND_STORE),

  /** A copy is stored after the image was made private, and its function dies. The CDN caches the copy later. */
  diesBeforeLooking: scenario(
    [...READY, publish, ...diesWithCopy, invalidate, tick(2), view], BETWEEN_LOOK_AND_STORE,
  ),

  /**
   * A copy is stored after the first sweep, and its function dies. The sweeper's clock is early, so that it begins
   * while the function runs.
   */
  copiesAfterTheFirstSweep: scenario([
    ...READY, publish, overlapping(view, [{ at: STORE, kind: 'crash-after' }]), overlapping(unpublish),
    { ...sweep, skew: 1 }, invalidate, view,
  ], [
    { who: 0, turns: 0 }, { who: PARTITIONS + 1, turns: STORE - 1 }, { who: 0, turns: 50 }, { who: 0, turns: 100 },
  ], true),

  /** The request dies between its write and the delete of the copies. */
  diesWhileUnpublishing: scenario([
    ...READY, publish, view, { ...unpublish, faults: [{ at: 2, kind: 'crash-before' }] }, view,
  ]),

  /** The request that deletes a public image dies after its write. */
  diesWhileDeleting: scenario([
    ...READY, publish, view, step({ do: 'delete', images: [0] }, { faults: [{ at: 2, kind: 'crash-before' }] }), view,
  ]),

  /**
   * SQS delivers the first invalidation twice. The mark is cleared, the CDN caches a late copy, a sweeper deletes it
   * and dies, and the last sweeper dies before it queues the last invalidation. Then the second delivery clears its
   * mark.
   */
  clearsTwice: scenario([
    ...READY, publish, ...diesWithCopy, tick(61), overlapping(invalidate), overlapping(invalidate), overlapping(view),
    overlapping(sweep, [{ at: DELETE, kind: 'crash-after' }]),
    { ...sweep, skew: 1, faults: [{ at: QUEUE, kind: 'crash-before' }] },
  ], [
    ...BETWEEN_LOOK_AND_STORE, { who: 0, turns: 0 }, { who: 0, turns: 0 }, { who: 2 * PARTITIONS + 1, turns: 9 },
    { who: 0, turns: 0 }, { who: 0, turns: 100 }, { who: 0, turns: 100 },
  ], true),

  /** An image is made private twice; the message of the first time comes between. */
  unpublishesTwice: scenario([
    ...READY, publish, view, unpublish, publish, view, { ...unpublish, faults: [{ at: 2, kind: 'crash-before' }] },
    invalidate,
  ]),

  /** An image is published again before the first sweep. */
  publishesAgain: scenario([...READY, publish, view, unpublish, publish, view, tick(6), sweep, tick(61), sweep, view]),

  /** A variant is made on demand for its public URL while the image is deleted. */
  makesWhileDeleting: scenario(
    [...ON_DEMAND, publish, overlapping(view), step({ do: 'delete', images: [0] })],
    [{ who: 0, turns: 0 }, { who: 1, turns: 4 }, { who: 0, turns: 50 }],
  ),
} as const;

/** Requests make few port calls; sweeps make many. */
const call = fc.oneof(fc.nat({ max: 6 }), fc.integer({ min: 12, max: 18 }));
const fault = fc.record<Fault>({ at: call, kind: fc.constantFrom(...FAULT_KINDS) });

const viewing = fc.record({
  do: fc.constant('view' as const),
  image: fc.constant(0),
  variant: fc.nat({ max: 1 }),
  isPublic: fc.constantFrom(true, true, true, false),
});

const action = fc.oneof<fc.WeightedArbitrary<Action>[]>(
  { weight: 4, arbitrary: fc.constant(publish.action) },
  { weight: 5, arbitrary: fc.constant(unpublish.action) },
  { weight: 8, arbitrary: viewing },
  { weight: 3, arbitrary: fc.constant(sweep.action) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('invalidate' as const), refusals: fc.constantFrom(0, 0, 1) }) },
  { weight: 1, arbitrary: fc.constant({ do: 'delete' as const, images: [0] }) },
  {
    weight: 1,
    arbitrary: fc.constant({ do: 'patch' as const, image: 0, patch: { tags: ['sea'], match: 'none' as const } }),
  },
  { weight: 1, arbitrary: fc.constant({ do: 'deploy' as const }) },
  {
    weight: 1,
    arbitrary: fc.constant({ do: 'reprocess' as const, target: 'all' as const, image: 0, remake: 'changed' as const }),
  },
  { weight: 2, arbitrary: fc.constant({ do: 'work' as const, message: 0, again: false }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('tick' as const),
      ms: fc.constantFrom(1, 1000, 5 * MINUTE, 6 * MINUTE, 14 * MINUTE, 61 * MINUTE),
    }),
  },
);

const acting = fc.record<Step>({
  action,
  overlaps: fc.constantFrom(true, true, false),
  times: fc.constantFrom(1, 1, 1, 2),
  faults: fc.oneof(fc.constant([]), fc.constant([]), fc.array(fault, { minLength: 1, maxLength: 2 })),
  skew: fc.constantFrom(0, 0, 1, -1),
});

/** Many steps against one image that is, was or will be public. */
export const publications: fc.Arbitrary<Scenario> = fc.record({
  steps: fc.tuple(
    fc.constantFrom(READY, ON_DEMAND, [...READY, publish, view]),
    fc.array(acting, { minLength: 2, maxLength: 14, size: 'max' }),
  ).map(parts => parts.flat()),
  picks: fc.array(fc.record({ who: fc.nat({ max: 3 }), turns: fc.constantFrom(0, 0, 1, 2, 4, 8, 16) }), {
    maxLength: 30,
    size: 'max',
  }),
  lags: fc.array(fc.constantFrom(0, 100, 5000), { maxLength: 3 }),
  isSkewed: fc.boolean(),
  processing: fc.constant('on' as const),
  hasCdn: fc.constant(true),
});
