import fc from 'fast-check';
import { type Fault, FAULT_KINDS } from './process';
import { pick, type Session } from './session';
import { type Action, type On, type Scenario, type Step, TAGS, USERS, type WalkRequest } from './steps';
import { readVisibleImage } from '../../lambda/domain/visible-image';
import type { ImageRecord } from '../../src/contract';

/** The group of every viewer. Nobody is in the other one. */
const GROUP = 'friends';
const ENTRIES = [...USERS.map(user => `user:${user}`), `group:${GROUP}`, 'group:strangers'];

/** Lists of images of others that are read once all has settled. */
export const SHARED_WALKS: readonly WalkRequest[] = USERS.flatMap(
  user => [`user:${user}`, `group:${GROUP}`].flatMap(sharedWith => [
    { user, sharedWith, tags: [], descending: true, limit: 1 },
    { user, sharedWith, tags: [], descending: false, limit: 100 },
  ]),
);

/**
 * Another user reads the image. The answer must fit one of the states that the record had meanwhile: unsharing and
 * deleting act at once.
 */
export async function see(session: Session, step: Step, { image: which }: On<'see'>): Promise<void> {
  const image = pick(session.images, which);
  if (image === undefined) return;
  const { table, surprises } = session.service;
  const viewer = { userId: USERS.find(user => user !== image.owner)!, groups: [GROUP] };
  const [first, since] = [table.rows.get(image.id), table.changes.length];
  const { value, problem } = await session.operate(step, deps => readVisibleImage(deps, viewer, image.id));
  const later = table.changes.slice(since).filter(({ before, after }) => (after ?? before)?.image_id === image.id);
  const rows = [first, ...later.map(({ after }) => after)] as (ImageRecord | undefined)[];
  const states = rows.map(row => isSharedWith(row, viewer.userId));
  if (value !== undefined && !states.includes(true)) {
    surprises.push({ invariant: 'I5', subject: image.id, problem: `${viewer.userId} saw it, but may not` });
  }
  if (problem !== undefined && !states.includes(false)) {
    surprises.push({ invariant: 'I4', subject: image.id, problem: `${viewer.userId} may see it, but got ${problem}` });
  }
}

function isSharedWith(row: ImageRecord | undefined, user: string): boolean {
  if (row?.status !== 'ready') return false;
  const { visibility, shared_with = [] } = row;
  return visibility === 'public' || shared_with.includes(`user:${user}`) || shared_with.includes(`group:${GROUP}`);
}

const shared_with = fc.uniqueArray(fc.constantFrom(...ENTRIES), { maxLength: 3 });
const tags = fc.uniqueArray(fc.constantFrom(...TAGS), { maxLength: 2 });
const image = fc.constantFrom(0, 0, 0, 1);

const uploading = fc.record({
  do: fc.constant('upload' as const),
  request: fc.record({
    user: fc.constantFrom(...USERS),
    key: fc.option(fc.constant(0), { nil: undefined }),
    type: fc.constant('image/png' as const),
    size: fc.constant(8),
    tags,
    hasChecksum: fc.constant(false),
    shared_with: fc.option(shared_with, { nil: undefined }),
  }),
  body: fc.constantFrom('right' as const, 'right' as const, 'right' as const, 'no-type' as const, 'bad-image' as const),
});

const patching = fc.record({
  do: fc.constant('patch' as const),
  image,
  patch: fc.record({
    shared_with: fc.option(shared_with),
    tags: fc.option(tags, { nil: undefined, freq: 3 }),
    match: fc.constantFrom('none' as const, 'latest' as const),
  }),
});

const walking = fc.record({
  do: fc.constant('walk' as const),
  walk: fc.constantFrom(...SHARED_WALKS),
});

const action = fc.oneof<fc.WeightedArbitrary<Action>[]>(
  { weight: 4, arbitrary: uploading },
  { weight: 8, arbitrary: patching },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('see' as const), image }) },
  { weight: 2, arbitrary: walking },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('publish' as const), image, visibility: fc.constantFrom('public' as const, 'private' as const),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('work' as const), message: fc.nat({ max: 1 }), again: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('confirm' as const, 'get' as const), image }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('delete' as const), images: fc.tuple(image) }) },
  { weight: 1, arbitrary: fc.constant({ do: 'sweep' as const }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('tick' as const), ms: fc.constantFrom(1, 5000, 300_000) }) },
);

const fault = fc.record<Fault>({ at: fc.nat({ max: 6 }), kind: fc.constantFrom(...FAULT_KINDS) });

const step = fc.record<Step>({
  action,
  overlaps: fc.boolean(),
  times: fc.constantFrom(1, 1, 1, 2),
  faults: fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, {
    weight: 1, arbitrary: fc.array(fault, { minLength: 1, maxLength: 2 }),
  }),
  skew: fc.constant(0 as const),
});

/** Random histories of images that are shared, published, tagged and deleted while workers and viewers act. */
export const sharings: fc.Arbitrary<Scenario> = fc.record({
  steps: fc.array(step, { minLength: 2, maxLength: 16, size: 'max' }),
  picks: fc.array(fc.record({ who: fc.nat({ max: 3 }), turns: fc.constantFrom(0, 0, 1, 2, 4, 8) }), { maxLength: 20 }),
  lags: fc.array(fc.constantFrom(0, 100, 5000), { maxLength: 3 }),
  isSkewed: fc.constant(false),
  processing: fc.constantFrom('off' as const, 'on' as const, 'on' as const),
  hasCdn: fc.boolean(),
});
