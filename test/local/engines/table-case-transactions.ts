import type { TransactWriteItem } from '@aws-sdk/client-dynamodb';
import { key, listed, row, type Case, type Row, type Table } from './table-cases';

const OLD = { ReturnValuesOnConditionCheckFailure: 'ALL_OLD' } as const;

/** Builders for one table. */
function on({ name: TableName }: Table) {
  return {
    put: (item: Row, more = {}): TransactWriteItem => ({ Put: { TableName, Item: item, ...more } }),
    absent: (id: string, more = {}): TransactWriteItem => ({
      Put: { TableName, Item: row(id), ConditionExpression: 'attribute_not_exists(image_id)', ...more },
    }),
    check: (id: string, n: string, more = {}): TransactWriteItem => ({
      ConditionCheck: {
        TableName,
        Key: key(id),
        ConditionExpression: 'n = :n',
        ExpressionAttributeValues: { ':n': { N: n } },
        ...more,
      },
    }),
    add: (id: string, n: string, more = {}): TransactWriteItem => ({
      Update: {
        TableName,
        Key: key(id),
        UpdateExpression: 'ADD n :n',
        ExpressionAttributeValues: { ':n': { N: n } },
        ...more,
      },
    }),
    remove: (id: string, more = {}): TransactWriteItem => ({ Delete: { TableName, Key: key(id), ...more } }),
  };
}

async function rows(table: Table, ...ids: string[]): Promise<unknown> {
  return Promise.all(ids.map(async id => table.get(id, { ConsistentRead: true })));
}

export const TRANSACTIONS: Case[] = [
  ['all four kinds at once', async t => {
    const { put, check, add, remove } = on(t);
    for (const id of ['a', 'b', 'c']) await t.put(row(id, { n: { N: '1' } }));
    return [
      await t.transact([put(listed('new', 'u', '1#new')), check('a', '1'), add('b', '5'), remove('c')]),
      await rows(t, 'new', 'a', 'b', 'c'),
    ];
  }],
  ['reasons in order, with old items where asked for', async t => {
    const { absent, check, add, put } = on(t);
    for (const id of ['a', 'b']) await t.put(row(id, { n: { N: '1' } }));
    return [
      await t.transact([put(row('new')), absent('a', OLD), check('b', '2'), add('c', '1'), check('nothing', '1', OLD)]),
      await t.transact([put(row('new')), check('b', '1'), absent('a')]),
      await rows(t, 'new', 'a', 'b', 'c'),
    ];
  }],
  ['old items of every kind', async t => {
    const { add, remove, check } = on(t);
    for (const id of ['a', 'b', 'c']) await t.put(row(id, { n: { N: '1' } }));
    const never = { ConditionExpression: 'attribute_not_exists(image_id)', ...OLD };
    return [
      await t.transact([add('a', '1', never), remove('b', never), check('c', '9', OLD)]), await rows(t, 'a', 'b', 'c'),
    ];
  }],
  ['two actions on one item', async t => {
    const { put, add, remove } = on(t);
    return [
      await t.transact([put(row('a')), add('a', '1')]), await t.transact([remove('a'), put(row('a'))]),
      await rows(t, 'a'),
    ];
  }],
  ['a repeated token has one effect', async t => {
    const { add } = on(t);
    const token = `token-${t.name}`;
    return [
      await t.transact([add('a', '1')], token), await t.transact([add('a', '1')], token),
      await t.transact([add('a', '2')], token), await rows(t, 'a'),
    ];
  }],
  ['a token whose transaction failed can be used again', async t => {
    const { absent } = on(t);
    const token = `again-${t.name}`;
    await t.put(row('a'));
    const first = await t.transact([absent('a')], token);
    await t.delete({ Key: key('a') });
    return [first, await t.transact([absent('a')], token), await t.transact([absent('a')], token)];
  }],
  ['lengths', async t => {
    const { put } = on(t);
    const items = (length: number) => Array.from({ length }, (_, i) => put(row(`i${i}`)));
    return [
      await t.transact(items(100)), await t.transact(items(101)), await t.transact([]), await rows(t, 'i99', 'i100'),
    ];
  }],
  ['requests that are refused as a whole', async t => {
    const { put, add, check } = on(t);
    return [
      await t.transact([put(row('a')), add('b', '1', { UpdateExpression: 'ADD ADD' })]),
      await t.transact([
        put(row('a')), check('b', '1', { ExpressionAttributeValues: { ':n': { N: '1' }, ':unused': { N: '1' } } }),
      ]),
      await t.transact([put(row('a')), { Put: { TableName: 'no-such-table', Item: row('b') } }]),
      await t.transact([put(row('a')), {}]),
      await t.transact([put(row('a')), { ...put(row('b')), ...add('c', '1') }]),
      await rows(t, 'a', 'b'),
    ];
  }],
  ['actions that cannot be', async t => {
    const { put, remove } = on(t);
    return [
      await t.transact([put(row('a')), put({ other: { S: 'b' } })]),
      await t.transact([put(row('a')), remove('b', { Key: { other: { S: 'b' } } })]),
      await t.transact([put(row('a')), put(row('b', { user_id: { N: '1' }, created_at: { S: '1' } }))]),
      await t.transact([put(row('a')), put(row('b', { x: { S: 'x'.repeat(409_600) } }))]),
      await rows(t, 'a', 'b'),
    ];
  }],
  ['reads', async t => {
    await t.put(row('a', { n: { N: '1' } }));
    return [await t.transactGet(['a', 'nothing']), await t.transactGet([])];
  }],
  ['indexes follow', async t => {
    const { put, remove, add } = on(t);
    const list = async () => t.pages({
      IndexName: 'by_user',
      KeyConditionExpression: 'user_id = :u',
      ExpressionAttributeValues: { ':u': { S: 'u' } },
    });
    await t.transact([put(listed('a', 'u', '1')), put(listed('b', 'u', '2')), put(listed('c', 'u', '3'))]);
    const first = await list();
    await t.transact([remove('a'), add('b', '7'), put(row('c'))]);
    return [first, await list()];
  }],
];
