import { isAllowed, readItemRequest, type TableRequest, readTransactionRequests } from './iam-evaluator';
import { listStatements, synthesize } from './synth';
import { buildPutRequest, buildTransactRequest, buildUpdateRequest } from '../../lambda/aws/write-requests';
import * as transitions from '../../lambda/domain/image-states';
import type { Write } from '../../lambda/domain/ports';
import * as sameStateWrites from '../../lambda/domain/same-state-writes';
import * as settling from '../../lambda/domain/settle-writes';
import { editWrites } from '../../lambda/domain/update-image';
import * as contract from '../../src/contract';
import { type ImageRecord, buildLeaseId, REJECTED_BYTES_PREFIX, buildSlotId } from '../../src/contract';

const ROLES = ['ApiFunction', 'Sweeper', 'Worker', 'Transform', 'Operator', 'Invalidations'] as const;
type Role = typeof ROLES[number];

const edges = { ...transitions, ...sameStateWrites, ...settling };

const ID = '01KDVDNA0000000000000007QF';
const VICTIM = '01KDVDNA0000000000000007QG';
const NOW = Date.parse('2026-01-01T00:00:00.000Z');
const VISIT = { due_at: NOW };
const REJECTION = { code: 'MALWARE', message: 'The upload contains malware.' } as const;
const FACTS = {
  width: 1,
  height: 1,
  format: 'png',
  animated: false,
  placeholder: { thumbhash: 'aGFzaA==', color: '#102030' },
  checksum_sha256: 'x',
};

/** A record with every attribute, so that each edge names all possible attributes. */
const ROW: Required<ImageRecord> = {
  ...FACTS,
  image_id: ID,
  owner: 'alice',
  user_id: 'alice',
  created_at: `2026-01-01T00:00:00.000Z#${ID}`,
  updated_at: '2026-01-01T00:00:00.000Z',
  status: 'pending',
  version: 1,
  object_key: `originals/_/alice/${ID}/6e`,
  url_until: NOW,
  uploaded_at: NOW,
  remake_lease: '1767225600000#0123456789abcdef',
  attempt: 1,
  tries: 1,
  claim_until: NOW,
  last_error: { code: 'DiskFull', at: '2026-01-01T00:00:00.000Z' },
  variants: [],
  content_type: 'image/png',
  sniffed_type: 'image/png',
  size: 1,
  etag: 'e',
  filename: 'f',
  tags: ['a', 'b'],
  visibility: 'public',
  shared_with: ['user:bob', 'group:editors'],
  sharing_version: 1,
  rejection: REJECTION,
  request_hash: 'h',
  request_id: '0f8b2c1e-0000-4000-8000-000000000000',
  invalidate: 1,
  public_until: NOW,
  unpublished: 1,
  sweep: 0,
  due_at: NOW,
  expires_at: NOW / 1000,
};

/**
 * Each edge of the state machine, and the functions that take it. Add new edges here: AWS denies them to all other
 * functions.
 */
const EDGES: Record<string, { readonly writers: readonly Role[]; readonly writes: Write[] }> = {
  acceptWrites: {
    writers: ['ApiFunction', 'Sweeper', 'Worker'],
    writes: edges.acceptWrites(ROW, { size: 1, etag: 'e', sniffedType: 'image/heic' }, 'processing', NOW, VISIT),
  },
  rejectPendingWrites: {
    writers: ['ApiFunction', 'Sweeper', 'Worker'],
    writes: edges.rejectPendingWrites(ROW, REJECTION, NOW, VISIT),
  },
  claimWrites: { writers: ['Worker'], writes: edges.claimWrites(ROW, NOW) },
  completeWrites: { writers: ['Worker', 'Sweeper'], writes: edges.completeWrites(ROW, FACTS, [], NOW, VISIT) },
  rejectProcessingWrites: { writers: ['Worker'], writes: edges.rejectProcessingWrites(ROW, REJECTION, NOW, true) },
  failWrites: { writers: ['Worker', 'Sweeper'], writes: edges.failWrites(ROW, 'DiskFull', NOW, true, VISIT) },
  awaitScanWrites: { writers: ['Worker'], writes: edges.awaitScanWrites(ROW, NOW) },
  endClaimWrites: { writers: ['Worker'], writes: edges.endClaimWrites(ROW, 'DiskFull', NOW) },
  redriveWrites: { writers: ['Operator'], writes: edges.redriveWrites(ROW, NOW) },
  startAttemptWrites: { writers: ['Worker'], writes: edges.startAttemptWrites(ROW) },
  leaseWrites: { writers: ['Worker'], writes: edges.leaseWrites(ROW, ROW.remake_lease) },
  releaseLeaseWrites: { writers: ['Worker'], writes: edges.releaseLeaseWrites(ROW.image_id, ROW.remake_lease) },
  reprocessWrites: { writers: ['Worker'], writes: edges.reprocessWrites(ROW, FACTS, [], NOW) },
  deleteWrites: { writers: ['ApiFunction'], writes: edges.deleteWrites(ROW, NOW, true) },
  awaitInvalidationWrites: {
    writers: ['ApiFunction', 'Sweeper', 'Worker'],
    writes: edges.awaitInvalidationWrites(ROW, NOW),
  },
  clearInvalidationWrites: { writers: ['Invalidations'], writes: edges.clearInvalidationWrites(ID, ROW.object_key, 1) },
  clearUnpublishedWrites: { writers: ['Invalidations'], writes: edges.clearUnpublishedWrites(ID, ROW.object_key, 1) },
  closeCopiesWrites: { writers: ['Sweeper'], writes: edges.closeCopiesWrites(ROW, VISIT, NOW) },
  settleReadyWrites: { writers: ['Sweeper'], writes: edges.settleReadyWrites(ROW, VISIT) },
  blockClaimsWrites: { writers: ['Sweeper'], writes: edges.blockClaimsWrites(ROW, NOW, VISIT) },
  unblockClaimsWrites: { writers: ['Sweeper'], writes: edges.unblockClaimsWrites(ROW, NOW, NOW) },
  expireWrites: { writers: ['Sweeper'], writes: edges.expireWrites(ROW, NOW, VISIT) },
  settleWrites: { writers: ['Sweeper'], writes: edges.settleWrites(ROW, NOW, 30, VISIT) },
  rescheduleWrites: { writers: ['Sweeper'], writes: edges.rescheduleWrites(ROW, NOW) },
  keepPendingWrites: { writers: ['Sweeper'], writes: edges.keepPendingWrites(ROW, NOW) },
  renewUrlWrites: {
    writers: ['ApiFunction'],
    writes: edges.renewUrlWrites({ ...ROW, due_at: NOW + 86_400_000 }, NOW, NOW),
  },
  create: { writers: ['ApiFunction'], writes: [{ put: ROW, guard: 'absent' }] },
  startAgain: {
    writers: ['ApiFunction'],
    writes: [
      { put: ROW, guard: { status: 'expired', object_key: 'k', due_at: NOW } },
      { put: { ...ROW, image_id: `${ID}#expired:6e` }, guard: 'absent' },
    ],
  },
  update: {
    writers: ['ApiFunction'],
    writes: [
      ...editWrites(ROW, { filename: 'f', tags: ['c'], shared_with: ['user:carol'], visibility: undefined }, NOW),
      ...editWrites({ ...ROW, visibility: undefined }, { filename: 'f', visibility: 'public' }, NOW),
    ],
  },
};

/** Functions of the two modules that are not edges. */
const NO_EDGES = ['applyWrites', 'buildClaimGuard', 'getInvalidationMark', 'isLive', 'isVisible'];

/** Requests as `image-table.ts` sends them. */
function listRequests(writes: Write[]): TableRequest[] {
  const [first] = writes;
  if (writes.length === 1 && 'put' in first) return [readItemRequest('PutItem', buildPutRequest('table', first))];
  if (writes.length === 1 && 'update' in first) {
    return [readItemRequest('UpdateItem', buildUpdateRequest('table', first))];
  }
  const { each, together } = readTransactionRequests(buildTransactRequest('table', writes));
  return [...each, ...together];
}

function may(role: Role, request: TableRequest): boolean {
  return isAllowed(listStatements(synthesize(), role), request);
}

const LEASE = { image_id: buildLeaseId(VICTIM, 'thumb.avif'), holder: 'h', lease_until: NOW, expires_at: NOW / 1000 };
const SLOT = { ...LEASE, image_id: buildSlotId('0a'.repeat(16), 0) };
const REJECTED_BYTES = {
  image_id: `${REJECTED_BYTES_PREFIX}${'0a'.repeat(32)}`,
  rejection: REJECTION,
  expires_at: NOW / 1000,
};
const put = (Item: object) => readItemRequest('PutItem', { Item });
const set = (...attributes: string[]) => readItemRequest('UpdateItem', {
  Key: { image_id: VICTIM }, ExpressionAttributeNames: Object.fromEntries(attributes.map(name => [`#${name}`, name])),
});

/** Attributes that make the sweeper delete the victim's objects, and a list entry of the attacker. */
const DUE = {
  status: 'deleting',
  object_key: `originals/_/victim/${VICTIM}/6e`,
  sweep: 0,
  due_at: 0,
  url_until: 0,
  updated_at: '2020-01-01T00:00:00.000Z',
};
const LISTED = { user_id: 'mallory', created_at: `2026-01-01T00:00:00.000Z#${VICTIM}` };

test('a deleted image keeps no attribute that describes it', () => {
  expect(Object.keys(edges.applyWrites(ROW, EDGES.deleteWrites.writes)).sort()).toEqual([
    'attempt', 'claim_until', 'due_at', 'expires_at', 'image_id', 'invalidate', 'object_key', 'owner', 'request_hash',
    'public_until', 'request_id', 'status', 'sweep', 'tries', 'unpublished', 'updated_at', 'url_until', 'version',
  ].sort());
});

describe('each writer of the table', () => {
  test('is listed for every edge of the state machine', () => {
    expect(Object.keys(edges).filter(name => !(name in EDGES)).sort()).toEqual(NO_EDGES);
  });

  test.each(ROLES.flatMap(
    role => Object.keys(EDGES).filter(name => EDGES[name].writers.includes(role)).map(name => [role, name] as const),
  ))(
    'the role of %s may take the edge %s', (role, name) => {
      for (const request of listRequests(EDGES[name].writes)) {
        expect([request, may(role, request)]).toEqual([request, true]);
      }
    });

  test('is listed for every kind of item with a prefix', () => {
    // A new kind of item needs a statement in src/metadata/table-writers.ts and a test here: AWS denies it to all
    // functions otherwise.
    expect(Object.keys(contract).filter(
      name => name.endsWith('_PREFIX') && String(contract[name as keyof typeof contract]).endsWith('#'),
    ).sort()).toEqual(['REJECTED_BYTES_PREFIX', 'SLOT_PREFIX']);
  });

  test('the transform function may take and return a lease, and remember a rejection', () => {
    const taken = {
      Item: LEASE,
      ConditionExpression: 'attribute_not_exists(image_id) OR lease_until <= :now OR holder = :holder',
    };
    expect(may('Transform', readItemRequest('PutItem', taken))).toBe(true);
    expect(may('Transform', readItemRequest('PutItem', { Item: LEASE, ConditionExpression: 'holder = :holder' })))
      .toBe(true);
    for (const role of ['Transform', 'Worker'] as const) expect(may(role, put(REJECTED_BYTES))).toBe(true);
  });

  test('the worker may take and return a slot', () => {
    const taken = {
      Item: SLOT,
      ConditionExpression: 'attribute_not_exists(image_id) OR lease_until <= :now OR holder = :holder',
    };
    expect(may('Worker', readItemRequest('PutItem', taken))).toBe(true);
    expect(may('Worker', readItemRequest('PutItem', { Item: SLOT, ConditionExpression: 'holder = :holder' }))).toBe(
      true,
    );
  });
});

describe('a compromised function', () => {
  test.each([
    ['a lease that is due', { ...LEASE, ...DUE }],
    ['a lease with one attribute of the sweeper', { ...LEASE, sweep: 0 }],
    ['a lease in a list', { ...LEASE, ...LISTED }],
    ['rejected bytes that are due', { ...REJECTED_BYTES, ...DUE }],
    ['rejected bytes in a list', { ...REJECTED_BYTES, ...LISTED }],
    ['a record', ROW],
    ['a facet', { image_id: `${VICTIM}#tag:a`, ...LISTED }],
    ['a record with the attributes of a lease', { ...LEASE, image_id: VICTIM }],
  ])('writes no %s with the rights of the transform function', (_, item) => {
    expect(may('Transform', put(item))).toBe(false);
  });

  test('writes nothing with the rights of the transform function if AWS gives no key or no attributes', () => {
    const { action, keys } = put(LEASE);
    for (const key of ['dynamodb:LeadingKeys', 'dynamodb:Attributes']) {
      expect(may('Transform', { action, keys: { ...keys, [key]: undefined } })).toBe(false);
    }
  });

  test.each(['DeleteItem', 'UpdateItem', 'BatchWriteItem', 'Scan', 'Query', 'PartiQLInsert'])(
    'has no %s with the rights of the transform function', action => {
      expect(may('Transform', readItemRequest(action, { Key: { image_id: LEASE.image_id } }))).toBe(false);
    },
  );

  test.each(ROLES.filter(role => role !== 'ApiFunction'))(
    'cannot change the owner of an image with the rights of %s', role => {
      expect(may(role, set('owner'))).toBe(false);
      expect(may(role, put({ image_id: VICTIM, ...DUE, owner: 'mallory' }))).toBe(false);
    },
  );

  test.each(ROLES.filter(role => role !== 'Transform'))('writes no lease with the rights of %s', role => {
    expect(may(role, put(LEASE))).toBe(false);
    expect(may(
      role,
      readItemRequest('UpdateItem', {
        Key: { image_id: LEASE.image_id },
        ExpressionAttributeNames: { '#s': 'status' },
      }),
    )).toBe(false);
  });

  test.each(ROLES.filter(role => role !== 'Worker'))('writes no slot with the rights of %s', role => {
    expect(may(role, put(SLOT))).toBe(false);
  });

  test.each([['is due', DUE], ['is in a list', LISTED], ['is rejected bytes', REJECTED_BYTES]])(
    'writes no slot that %s with the rights of the worker', (_, attributes) => {
      expect(may('Worker', put({ ...attributes, ...SLOT }))).toBe(false);
    },
  );

  test('changes only marks of invalidations with the rights of the invalidator, and reads nothing', () => {
    for (const attribute of ['status', 'owner', 'due_at', 'user_id', 'expires_at']) {
      expect(may('Invalidations', set(attribute))).toBe(false);
    }
    const reading = readItemRequest('UpdateItem', { Key: { image_id: VICTIM }, ReturnValues: 'ALL_NEW' });
    expect(may('Invalidations', reading)).toBe(false);
    expect(may('Invalidations', readItemRequest('GetItem', { Key: { image_id: VICTIM } }))).toBe(false);
  });

  test.each([
    'user_id', 'created_at', 'expires_at', 'url_until', 'tags', 'visibility', 'shared_with', 'last_error',
  ])('sets no %s with the rights of the operator function', attribute => {
    expect(may('Operator', set(attribute))).toBe(false);
  });

  test.each([
    'filename', 'tags', 'visibility', 'shared_with', 'sharing_version', 'size', 'content_type', 'url_until',
    'request_hash', 'expires_at', 'public_until', 'unpublished',
  ])('sets no %s with the rights of the worker', attribute => {
    expect(may('Worker', set(attribute))).toBe(false);
  });
});
