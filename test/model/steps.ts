import fc from 'fast-check';
import { type Fault, FAULT_KINDS } from './process';
import type { Circumstances } from './simulated-service';
import { type VariantsToMake, VARIANTS_TO_MAKE, type Visibility } from '../../src/contract';

export const USERS = ['alice', 'bob'] as const;
export type User = typeof USERS[number];
export const TAGS = ['cat', 'dog', 'sea'] as const;
export const TYPES = ['image/png', 'image/jpeg'] as const;

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/**
 * `right`: the declared bytes. The others must be rejected: `other-size` stands for another party that can write to the
 * bucket.
 */
const LOOKED_AT = ['right', 'other-type', 'no-type', 'corrupt', 'other-size', 'cut'] as const;
/**
 * Contents that only a worker can tell: bytes that do not decode, that kill the worker, or that kill the decoder alone,
 * and the scanner's findings.
 */
const BY_WORKERS = [
  'bad-image', 'poison', 'fatal', 'infected', 'unscannable', 'scanned-late', 'never-scanned', 'scanner-outage',
  'found-later',
] as const;
export type Body = typeof LOOKED_AT[number] | typeof BY_WORKERS[number];
export const LOOKED_INTO: readonly Body[] = BY_WORKERS;

/**
 * The duration of a PUT, as a part of the longest one that the service allows for. This one is too slow: it lands only
 * if its upload has expired.
 */
export const VERY_SLOW = 1.3;

export interface Create {
  readonly user: User;
  /** One of a few idempotency keys, so that requests repeat. */
  readonly key?: number;
  readonly type: typeof TYPES[number];
  readonly size: number;
  readonly filename?: string;
  readonly tags: readonly string[];
  readonly hasChecksum: boolean;
  readonly shared_with?: readonly string[];
}

export interface Patch {
  readonly filename?: string | null;
  readonly tags?: readonly string[] | null;
  readonly shared_with?: readonly string[] | null;
  readonly match: 'none' | 'latest' | 'stale';
}

export interface WalkRequest {
  readonly user: User;
  readonly descending: boolean;
  readonly limit: number;
  readonly tags: readonly string[];
  readonly contentType?: string;
  readonly status?: string;
  readonly sharedWith?: string;
}

/** Statuses that the sweeper acts on. */
export const FORGEABLE = ['pending', 'processing', 'rejected', 'deleting', 'expired'] as const;
export type Forgeable = typeof FORGEABLE[number];

/** An index of an image or ticket, counted from the newest that the clients know. */
type Which = number;

export type Action =
  | { readonly do: 'create'; readonly request: Create }
  /** A client that makes a complete upload: create, PUT, confirm. */
  | { readonly do: 'upload'; readonly request: Create; readonly body: Body }
  | { readonly do: 'put'; readonly ticket: Which; readonly body: Body; readonly slow: number }
  | { readonly do: 'confirm' | 'get' | 'download' | 'see'; readonly image: Which }
  | { readonly do: 'patch'; readonly image: Which; readonly patch: Patch }
  | { readonly do: 'delete'; readonly images: readonly Which[] }
  /** Another user tries an operation of the owner. */
  | { readonly do: 'trespass'; readonly image: Which; readonly by: 'get' | 'confirm' | 'patch' | 'delete' | 'download' }
  | { readonly do: 'walk'; readonly walk: WalkRequest }
  /** Several requests for one image at once. */
  | { readonly do: 'race'; readonly rivals: readonly Action[] }
  | { readonly do: 'sweep' }
  /** A worker takes one message; `again`: the queue delivers it once more, even after success. */
  | { readonly do: 'work'; readonly message: number; readonly again: boolean }
  /** Deploys another release with another set of variants. */
  | { readonly do: 'deploy' }
  | { readonly do: 'redrive' }
  /** A viewer requests a variant through the CDN. */
  | { readonly do: 'view'; readonly image: Which; readonly variant: number; readonly isPublic?: boolean }
  /** The owner makes the image public or private. */
  | { readonly do: 'publish'; readonly image: Which; readonly visibility: Visibility }
  /** The invalidator takes the queued invalidations; CloudFront refuses that many times before it accepts one. */
  | { readonly do: 'invalidate'; readonly refusals: number }
  | {
    readonly do: 'reprocess';
    readonly target: 'image' | 'user' | 'all';
    readonly image: Which;
    readonly remake: VariantsToMake;
  }
  /**
   * A compromised function writes an item that looks like another user's image record, under a key that it may write.
   */
  | { readonly do: 'forge'; readonly image: Which; readonly by: User; readonly status: Forgeable }
  | { readonly do: 'tick'; readonly ms: number };

export type On<D extends Action['do']> = Action & { readonly do: D };

export interface Step {
  readonly action: Action;
  /** Whether the next step begins before this one has ended. */
  readonly overlaps: boolean;
  /** The number of parallel sends of the same request: clients retry. */
  readonly times: number;
  readonly faults: readonly Fault[];
  /** The direction of this process's clock error, if clocks may be wrong. */
  readonly skew: -1 | 0 | 1;
}

export interface Scenario extends Circumstances {
  readonly steps: readonly Step[];
}

const which = fc.constantFrom(0, 0, 0, 0, 1, 1, 2);
const tags = fc.uniqueArray(fc.constantFrom(...TAGS), { maxLength: 3 });
const filename = fc.constantFrom('a.png', 'b.png', 'c.png');

const create = fc.record<Create>({
  user: fc.constantFrom('alice', 'alice', 'alice', 'bob'),
  key: fc.option(fc.nat({ max: 1 }), { nil: undefined }),
  type: fc.constantFrom(...TYPES),
  size: fc.constantFrom(8, 8, 8, 9),
  filename: fc.option(filename, { nil: undefined }),
  tags,
  hasChecksum: fc.boolean(),
});

const patch = fc.record<Patch>({
  filename: fc.option(fc.option(filename), { nil: undefined }),
  tags: fc.option(fc.option(tags, { freq: 3 }), { nil: undefined, freq: 3 }),
  match: fc.constantFrom('none', 'none', 'latest', 'latest', 'stale'),
});

const walk = fc.record<WalkRequest>({
  user: fc.constantFrom(...USERS),
  descending: fc.boolean(),
  limit: fc.integer({ min: 1, max: 3 }),
  tags: fc.uniqueArray(fc.constantFrom(...TAGS), { maxLength: 2 }),
  contentType: fc.option(fc.constantFrom(...TYPES), { nil: undefined, freq: 2 }),
  status: fc.option(fc.constantFrom('ready', 'rejected'), { nil: undefined, freq: 2 }),
});

/** Intervals of clients, and intervals around the sweeper's deadlines. */
const ms = fc.constantFrom(
  1, 1000, 5000, MINUTE, 5 * MINUTE, 5 * MINUTE, 14 * MINUTE, 60 * MINUTE, 65 * MINUTE, 15 * DAY, 40 * DAY,
);

const body = fc.constantFrom<Body[]>(...Array.from<Body>({ length: 8 }).fill('right'), ...LOOKED_AT, ...BY_WORKERS);

const patching = fc.record({ do: fc.constant('patch' as const), image: which, patch });

const working = fc.record({ do: fc.constant('work' as const), message: which, again: fc.boolean() });

const reprocessing = fc.record({
  do: fc.constant('reprocess' as const),
  target: fc.constantFrom('image' as const, 'user' as const, 'all' as const),
  image: which,
  remake: fc.constantFrom(...VARIANTS_TO_MAKE),
});

const viewing = fc.record({ do: fc.constant('view' as const), image: which, variant: fc.nat({ max: 3 }) });
const invalidating = fc.record({ do: fc.constant('invalidate' as const), refusals: fc.constantFrom(0, 0, 1, 9) });

/** Concurrent actions on one image. */
const rivals = fc.tuple(which, fc.array(fc.oneof<fc.WeightedArbitrary<Action>[]>(
  { weight: 4, arbitrary: patching },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('confirm' as const), image: which }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('delete' as const), images: fc.tuple(which) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('sweep' as const) }) },
  { weight: 2, arbitrary: working },
  { weight: 1, arbitrary: reprocessing },
  { weight: 2, arbitrary: viewing },
), { minLength: 2, maxLength: 3 })).map(([image, actions]) => actions.map((rival): Action => {
  if ('images' in rival) return { ...rival, images: [image] };
  return 'image' in rival ? { ...rival, image } : rival;
}));

const action = fc.oneof<fc.WeightedArbitrary<Action>[]>(
  { weight: 5, arbitrary: fc.record({ do: fc.constant('upload' as const), request: create, body }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('create' as const), request: create }) },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('put' as const),
      ticket: which,
      body,
      slow: fc.constantFrom(0, 0, 0.1, 0.5, 1, VERY_SLOW),
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('confirm' as const), image: which }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('get' as const, 'download' as const), image: which }) },
  { weight: 4, arbitrary: patching },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('race' as const), rivals }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('delete' as const),
      images: fc.array(which, { minLength: 1, maxLength: 3 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('trespass' as const),
      image: which,
      by: fc.constantFrom('get' as const, 'confirm' as const, 'patch' as const, 'delete' as const, 'download' as const),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('walk' as const), walk }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('sweep' as const) }) },
  { weight: 6, arbitrary: working },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('deploy' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('redrive' as const) }) },
  { weight: 2, arbitrary: reprocessing },
  { weight: 4, arbitrary: viewing },
  { weight: 2, arbitrary: invalidating },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('forge' as const),
      image: which,
      by: fc.constantFrom(...USERS),
      status: fc.constantFrom(...FORGEABLE),
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('tick' as const), ms }) },
);

/** Requests make few port calls; sweeps make many. */
const call = fc.oneof(fc.nat({ max: 5 }), fc.nat({ max: 30 }));
const fault = fc.record<Fault>({ at: call, kind: fc.constantFrom(...FAULT_KINDS) });

const step = fc.record<Step>({
  action,
  overlaps: fc.boolean(),
  times: fc.constantFrom(1, 1, 1, 2),
  faults: fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, {
    weight: 1,
    arbitrary: fc.array(fault, { minLength: 1, maxLength: 2 }),
  }),
  skew: fc.constantFrom(0, 0, 1, -1),
});

const picks = fc.array(fc.record({ who: fc.nat({ max: 3 }), turns: fc.constantFrom(0, 0, 1, 2, 4, 8) }), {
  maxLength: 40,
  size: 'max',
});

export const scenarios: fc.Arbitrary<Scenario> = fc.record({
  steps: fc.array(step, { minLength: 1, maxLength: 24, size: 'max' }),
  picks,
  lags: fc.array(fc.constantFrom(0, 100, 5000), { maxLength: 4 }),
  isSkewed: fc.boolean(),
  processing: fc.constantFrom(
    'off' as const, 'later' as const, 'on' as const, 'on' as const, 'on' as const, 'unheard' as const,
  ),
  hasCdn: fc.boolean(),
});

/** One step against a single image by workers, operators or clients. */
const meddling = fc.record<Step>({
  action: fc.oneof<fc.WeightedArbitrary<Action>[]>(
    {
      weight: 4,
      arbitrary: fc.record({ do: fc.constant('work' as const), message: fc.nat({ max: 1 }), again: fc.boolean() }),
    },
    { weight: 3, arbitrary: fc.record({ do: fc.constant('patch' as const), image: fc.constant(0), patch }) },
    { weight: 2, arbitrary: fc.constant({ do: 'delete' as const, images: [0] }) },
    { weight: 2, arbitrary: reprocessing },
    { weight: 1, arbitrary: fc.constant({ do: 'redrive' as const }) },
    { weight: 1, arbitrary: fc.constant({ do: 'deploy' as const }) },
  ),
  overlaps: fc.constantFrom(true, true, false),
  times: fc.constant(1),
  faults: fc.oneof(fc.constant([]), fc.array(fault, { minLength: 1, maxLength: 2 })),
  skew: fc.constant(0 as const),
});

/** Scenarios that start with the prologue and then run many steps against one image. */
export function meddled(prologue: readonly Step[], processing: Circumstances['processing']): fc.Arbitrary<Scenario> {
  return fc.record({
    steps: fc.array(meddling, { minLength: 2, maxLength: 8 }).map(steps => [...prologue, ...steps]),
    picks,
    lags: fc.constant([]),
    isSkewed: fc.constant(false),
    processing: fc.constant(processing),
  });
}
