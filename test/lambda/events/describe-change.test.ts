import { buildRecord, READY } from './records';
import { describeChange } from '../../../lambda/domain/events/describe-change';
import { type ImageRecord, STATUSES, type Status } from '../../../src/contract';
import { findSchemaFaults } from '../../support/event-schemas';
import { keyOf } from '../domain/stored-image';

const PLAIN = { includeUserId: false };

function describeEdge(from: Status, after: ImageRecord, options = PLAIN) {
  return describeChange({ before: buildRecord(from), after }, options);
}

/** Each edge of ARCHITECTURE.md that has an event. */
const EDGES: { from: Status; after: ImageRecord; status: string }[] = [
  { from: 'pending', after: buildRecord('ready'), status: 'ready' },
  { from: 'processing', after: READY, status: 'ready' },
  {
    from: 'pending',
    after: buildRecord('rejected', { rejection: { code: 'SIZE_MISMATCH', message: 'canary' } }),
    status: 'rejected',
  },
  {
    from: 'processing',
    after: buildRecord('rejected', { rejection: { code: 'CORRUPT', message: 'canary' } }),
    status: 'rejected',
  },
  {
    from: 'processing',
    after: buildRecord('failed', { last_error: { code: 'TimeLimit', at: '2026-11-30T10:15:30.123Z' } }),
    status: 'failed',
  },
  { from: 'processing', after: buildRecord('failed'), status: 'failed' },
  ...(['pending', 'processing', 'ready', 'rejected', 'failed'] as const).map(
    from => ({ from, after: buildRecord('deleting'), status: 'deleted' }),
  ),
];

test.each(EDGES)('$from → $status is an event as its schema says', ({ from, after, status }) => {
  const detail = describeEdge(from, after)!;
  expect(detail).toMatchObject({ status, previous_status: from, event_id: `${after.image_id}:${after.version}:${status}` });
  expect(findSchemaFaults(detail)).toEqual([]);
});

test('a ready image is described by its dimensions and variants, without URLs', () => {
  expect(describeEdge('processing', READY)).toEqual({
    event_id: `${READY.image_id}:3:ready`,
    schema_version: 1,
    image_id: READY.image_id,
    version: 3,
    status: 'ready',
    previous_status: 'processing',
    updated_at: READY.updated_at,
    owner: keyOf(READY.image_id).split('/')[2],
    content_type: 'image/png',
    size: 8,
    width: 4032,
    height: 3024,
    format: 'jpeg',
    animated: false,
    visibility: 'private',
    share_count: 0,
    variants: [
      { name: 'thumb', content_type: 'image/avif', width: 320, height: 240, size: 15_320 },
      { name: 'large', content_type: 'image/webp', width: 2048, height: 1536, size: null },
    ],
  });
});

test('no event holds a file name, tag, user id, message, checksum or key', () => {
  const events = EDGES.map(({ from, after }) => JSON.stringify(describeEdge(from, after)));
  for (const event of events) expect(event).not.toMatch(/canary|alice|originals/);
});

test.each([['alice', 'alice'], [`${'0'.repeat(26)}#alice`, 'alice']])(
  'the user id of the owner %s is %s, if asked for', (owner, user_id) => {
    const after = { ...READY, owner };
    expect(describeEdge('processing', after)).not.toHaveProperty('user_id');
    expect(describeEdge('processing', after, { includeUserId: true })).toHaveProperty('user_id', user_id);
  },
);

describe('an image that is shared', () => {
  const shared = { ...READY, version: 4, visibility: 'public', shared_with: ['user:canary-bob'], sharing_version: 4 } as const;

  test('is an event as its schema says, and names nobody', () => {
    const detail = describeChange({ before: READY, after: shared }, PLAIN)!;
    expect(detail).toEqual({
      event_id: `${READY.image_id}:4:shared`,
      schema_version: 1,
      image_id: READY.image_id,
      version: 4,
      status: 'shared',
      previous_status: 'ready',
      updated_at: READY.updated_at,
      owner: keyOf(READY.image_id).split('/')[2],
      visibility: 'public',
      share_count: 1,
    });
    expect(findSchemaFaults(detail)).toEqual([]);
  });

  test('names its users and groups, if user ids are asked for', () => {
    const detail = describeChange({ before: READY, after: shared }, { includeUserId: true })!;
    expect(detail).toMatchObject({ user_id: 'alice', shared_with: ['user:canary-bob'] });
    expect(findSchemaFaults(detail)).toEqual([]);
  });

  test('is no event again when its tags change', () => {
    expect(describeChange({ before: shared, after: { ...shared, version: 5, tags: [] } }, PLAIN)).toBeUndefined();
  });

  test('tells when it becomes ready how it is shared', () => {
    const after = { ...READY, visibility: 'public', shared_with: ['user:canary-bob'] } as const;
    const detail = describeEdge('processing', after)!;
    expect(detail).toMatchObject({ status: 'ready', visibility: 'public', share_count: 1 });
    expect(findSchemaFaults(detail)).toEqual([]);
  });
});

test.each(STATUSES)('a change of other attributes in status %s is no event', status => {
  const before = buildRecord(status);
  const after = buildRecord(status, { version: 3, tags: ['other'], variants: [], width: 1 });
  expect(describeChange({ before, after }, PLAIN)).toBeUndefined();
});

test.each(STATUSES)('neither a new record that is %s nor its removal is an event', status => {
  const record = buildRecord(status);
  expect(describeChange({ after: record }, PLAIN)).toBeUndefined();
  expect(describeChange({ before: record }, PLAIN)).toBeUndefined();
});

test.each([['pending', 'expired'], ['pending', 'processing'], ['failed', 'processing'], ['deleting', 'deleted']] as const)(
  '%s → %s is no event', (from, to) => {
    expect(describeEdge(from, buildRecord(to))).toBeUndefined();
  },
);
