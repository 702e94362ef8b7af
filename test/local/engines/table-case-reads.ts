import type { QueryCommandInput } from '@aws-sdk/client-dynamodb';
import { key, listed, row, type Case, type Row, type Table } from './table-cases';

type Condition = Pick<QueryCommandInput, 'IndexName' | 'KeyConditionExpression' | 'ExpressionAttributeValues'>;

function ofUser(user: string, range = '', values: Row = {}): Condition {
  const condition = range === '' ? 'user_id = :u' : `user_id = :u AND ${range}`;
  return {
    IndexName: 'by_user',
    KeyConditionExpression: condition,
    ExpressionAttributeValues: { ':u': { S: user }, ...values },
  };
}

const due: Condition = {
  IndexName: 'by_due',
  KeyConditionExpression: 'sweep = :s',
  ExpressionAttributeValues: { ':s': { N: '1' } },
};

async function fill(table: Table, count: number, size = 1): Promise<void> {
  for (let i = 0; i < count; i++) {
    await table.put(
      listed(`id${i}`, 'u', `2026-11-${String(i).padStart(3, '0')}#id${i}`, { pad: { S: 'x'.repeat(size) } }),
    );
  }
}

export const READS: Case[] = [
  ['pages in both directions', async t => {
    await fill(t, 11);
    return [
      await t.pages({ ...ofUser('u'), Limit: 4 }), await t.pages({ ...ofUser('u'), Limit: 4, ScanIndexForward: false }),
      await t.pages({ ...ofUser('u'), Limit: 11 }), await t.pages(ofUser('u')),
      await t.pages({ ...ofUser('nobody'), Limit: 4 }),
    ];
  }],
  ['pages within a range', async t => {
    await fill(t, 12);
    const ranges: [string, Row][] = [
      ['created_at < :a', { ':a': { S: '2026-11-005#' } }], ['created_at > :a', { ':a': { S: '2026-11-005$' } }],
      ['created_at >= :a', { ':a': { S: '2026-11-005#id5' } }],
      ['created_at <= :a', { ':a': { S: '2026-11-005#id5' } }],
      ['created_at BETWEEN :a AND :b', { ':a': { S: '2026-11-003' }, ':b': { S: '2026-11-007$' } }],
      ['begins_with(created_at, :a)', { ':a': { S: '2026-11-01' } }],
      ['created_at = :a', { ':a': { S: '2026-11-004#id4' } }],
    ];
    return Promise.all(ranges.flatMap(([range, values]) => [true, false].map(
      async forward => t.pages({ ...ofUser('u', range, values), Limit: 2, ScanIndexForward: forward }),
    )));
  }],
  ['users whose names start alike', async t => {
    for (const user of ['u', 'u/', 'uu', 'u#tag:a', 'u#tag:ab', 'u~', 'ü']) {
      await t.put(listed(`of ${user}`, user, `1#${user}`));
    }
    return Promise.all(['u', 'u#tag:a', 'ü', 'u/'].map(async user => t.pages({ ...ofUser(user), Limit: 5 })));
  }],
  ['order of text by bytes', async t => {
    for (const at of ['a', 'Z', 'é', '😀', '\uffee', 'aa', 'a#', 'a$', '0']) await t.put(listed(`at ${at}`, 'u', at));
    return t.pages(ofUser('u'));
  }],
  ['order of numbers, keys only', async t => {
    for (const [i, at] of ['9', '10', '100', '-5', '0.5', '0', '1763800000123', '-50', '1763800000122'].entries()) {
      await t.put(row(`n${i}`, { sweep: { N: '1' }, due_at: { N: at }, other: { S: 'x' } }));
    }
    const before: Condition = {
      ...due,
      KeyConditionExpression: 'sweep = :s AND due_at <= :n',
      ExpressionAttributeValues: { ':s': { N: '1' }, ':n': { N: '100' } },
    };
    return [
      await t.pages({ ...due, Limit: 2 }), await t.pages({ ...before, Limit: 2 }),
      await t.pages({ ...due, ScanIndexForward: false }),
    ];
  }],
  ['a sparse index follows its keys', async t => {
    const seen = async () => [await t.pages(ofUser('u')), await t.pages(ofUser('v')), await t.pages(due)];
    const steps: unknown[] = [];
    await t.put(row('a', { user_id: { S: 'u' }, sweep: { N: '1' }, due_at: { N: '5' } }));
    steps.push(await seen());
    await t.update({
      Key: key('a'),
      UpdateExpression: 'SET created_at = :c',
      ExpressionAttributeValues: { ':c': { S: '1#a' } },
    });
    steps.push(await seen());
    await t.update({
      Key: key('a'),
      UpdateExpression: 'SET created_at = :c, due_at = :d',
      ExpressionAttributeValues: { ':c': { S: '2#a' }, ':d': { N: '6' } },
    });
    steps.push(await seen());
    await t.update({
      Key: key('a'),
      UpdateExpression: 'SET user_id = :u REMOVE sweep, due_at',
      ExpressionAttributeValues: { ':u': { S: 'v' } },
    });
    steps.push(await seen());
    await t.update({ Key: key('a'), UpdateExpression: 'REMOVE user_id' });
    steps.push(await seen());
    await t.put(listed('a', 'u', '3#a'));
    steps.push(await seen());
    await t.delete({ Key: key('a') });
    steps.push(await seen());
    return steps;
  }],
  ['a filter after the limit', async t => {
    await fill(t, 6);
    return t.pages({
      ...ofUser('u', '', { ':p': { S: '2026-11-003' } }),
      FilterExpression: 'contains(image_id, :p) OR size(image_id) = size(image_id)',
      Limit: 4,
    });
  }],
  ['capacity of pages', async t => {
    await fill(t, 12, 3000);
    const read = async (limit: number, more = {}) =>
      t.query({ ...ofUser('u'), Limit: limit, ReturnConsumedCapacity: 'TOTAL', ...more });
    const { LastEvaluatedKey: from } = await read(8) as { LastEvaluatedKey: Row };
    return Promise.all([
      read(1), read(2), read(5), read(12), read(100), read(3, { ExclusiveStartKey: from }),
      t.query({ ...ofUser('nobody'), ReturnConsumedCapacity: 'TOTAL' }),
    ]);
  }],
  ['capacity of reads', async t => {
    await t.put(row('small'));
    await t.put(row('big', { x: { S: 'x'.repeat(9000) } }));
    return [
      await t.get('small', { ReturnConsumedCapacity: 'TOTAL', ConsistentRead: true }),
      await t.get('big', { ReturnConsumedCapacity: 'TOTAL' }),
      await t.get('nothing', { ReturnConsumedCapacity: 'TOTAL', ConsistentRead: true }),
      (await t.batchGet(['small', 'big'], { ReturnConsumedCapacity: 'TOTAL' }) as {
        ConsumedCapacity?: { CapacityUnits: number }[];
      }).ConsumedCapacity?.[0].CapacityUnits,
    ];
  }],
  ['batches', async t => {
    await t.put(row('a', { n: { N: '1' } }));
    await t.put(row('b'));
    const hundred = Array.from({ length: 100 }, (_, i) => `x${i}`);
    return [
      (await t.batchGet(['b', 'nothing', 'a'])).Responses, (await t.batchGet(hundred)).Responses,
      await t.batchGet([...hundred, 'y']), await t.batchGet(['a', 'a']), await t.batchGet([]),
    ];
  }],
  ['projections', async t => {
    await t.put(row('a', { n: { N: '1' }, status: { S: 'x' }, map: { M: { deep: { L: [{ S: 'p' }, { S: 'q' }] } } } }));
    return [
      await t.get('a', { ProjectionExpression: 'image_id, map.deep[1]' }),
      await t.get('a', { ProjectionExpression: '#s', ExpressionAttributeNames: { '#s': 'status' } }),
      await t.get('a', { ProjectionExpression: 'status' }), await t.get('a', { ProjectionExpression: 'nope' }),
    ];
  }],
  ['queries that are refused', async t => {
    await fill(t, 3);
    const start = { image_id: { S: 'id1' }, user_id: { S: 'u' }, created_at: { S: '2026-11-001#id1' } };
    return [
      await t.query({ ...ofUser('u'), IndexName: 'by_nothing' }),
      await t.query({ ...ofUser('u'), ConsistentRead: true }),
      await t.query({ ...ofUser('u'), Limit: 0 }), await t.query({ ...ofUser('u'), ExclusiveStartKey: key('id1') }),
      await t.query({ ...ofUser('v'), ExclusiveStartKey: start }),
      await t.query({ ...ofUser('u', 'nope = :x', { ':x': { S: 'x' } }) }),
      await t.query({ ...ofUser('u', 'created_at > :x', { ':x': { N: '1' } }) }),
      await t.query({ ...ofUser('u'), KeyConditionExpression: 'user_id > :u' }),
      await t.query({
        ...ofUser('u', 'begins_with(created_at, :x)', { ':x': { S: '2026' } }),
        FilterExpression: 'created_at = :x',
      }),
    ];
  }],
  ['a start key that no longer exists', async t => {
    await fill(t, 6);
    const page = await t.query({ ...ofUser('u'), Limit: 3 });
    await t.delete({ Key: key('id2') });
    return [page, await t.query({ ...ofUser('u'), ExclusiveStartKey: page.LastEvaluatedKey as Row })];
  }],
];
