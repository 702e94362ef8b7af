import { key, listed, row, type Case } from './table-cases';

const OLD = { ReturnValuesOnConditionCheckFailure: 'ALL_OLD' } as const;
const ABSENT = { ConditionExpression: 'attribute_not_exists(image_id)' } as const;
const PRESENT = { ConditionExpression: 'attribute_exists(image_id)' } as const;

export const WRITES: Case[] = [
  [
    'put of a new item under a condition',
    async t => [await t.put(row('a', { n: { N: '1' } }), ABSENT), await t.get('a')],
  ],
  ['put refused, without and with the old item', async t => {
    await t.put(row('a', { n: { N: '1' } }));
    return [await t.put(row('a'), ABSENT), await t.put(row('a'), { ...ABSENT, ...OLD }), await t.get('a')];
  }],
  ['put that returns the replaced item', async t => [
    await t.put(row('a', { n: { N: '1' } })), await t.put(row('a'), { ReturnValues: 'ALL_OLD' }), await t.get('a'),
  ]],
  ['update refused where nothing is', async t => [
    await t.update({
      Key: key('a'),
      UpdateExpression: 'SET n = :n',
      ExpressionAttributeValues: { ':n': { N: '1' } },
      ...PRESENT,
      ...OLD,
    }),
    await t.get('a'),
  ]],
  ['update refused with the old item', async t => {
    await t.put(row('a', { version: { N: '3' }, tags: { L: [{ S: 'x' }] } }));
    const values = { ':v': { N: '2' }, ':one': { N: '1' } };
    return t.update({
      Key: key('a'),
      UpdateExpression: 'ADD version :one',
      ConditionExpression: 'version = :v',
      ExpressionAttributeValues: values,
      ...OLD,
    });
  }],
  ['delete refused with the old item, then done', async t => {
    await t.put(row('a', { s: { S: 'ready' } }));
    const values = { ':s': { S: 'pending' } };
    return [
      await t.delete({ Key: key('a'), ConditionExpression: 's = :s', ExpressionAttributeValues: values, ...OLD }),
      await t.delete({
        Key: key('a'),
        ConditionExpression: 's <> :s',
        ExpressionAttributeValues: values,
        ReturnValues: 'ALL_OLD',
      }),
      await t.delete({ Key: key('a') }),
      await t.get('a'),
    ];
  }],
  ...(['NONE', 'ALL_OLD', 'ALL_NEW', 'UPDATED_OLD', 'UPDATED_NEW'] as const).map(
    (returned): Case => [`update that returns ${returned}`, async t => {
      await t.put(row('a', { n: { N: '1' }, gone: { S: 'x' }, map: { M: { deep: { S: 'x' } } } }));
      const values = { ':n': { N: '5' }, ':d': { S: 'new' }, ':z': { N: '0' } };
      const expression = 'SET map.deep = :d, fresh = if_not_exists(fresh, :z) + :n REMOVE gone ADD n :n';
      return [await t.update({
        Key: key('a'),
        UpdateExpression: expression,
        ExpressionAttributeValues: values,
        ReturnValues: returned,
      }), await t.get('a')];
    }],
  ),
  ['update that makes the item', async t => [
    await t.update({ Key: key('a'), UpdateExpression: 'SET n = :n', ExpressionAttributeValues: { ':n': { N: '1' } } }),
    await t.get('a'),
  ]],
  ['conditions', async t => {
    await t.put(row('a', { n: { N: '10' }, s: { S: 'abc' }, list: { L: [{ S: 'x' }] }, empty: { S: '' } }));
    const conditions = [
      'n > :n', 'n BETWEEN :n AND :m', 'begins_with(s, :s)', 'contains(s, :s)', 'contains(list, :x)', 's IN (:s, :x)',
      'size(s) = :three', 'NOT n < :n',
      'attribute_type(s, :type)', 'attribute_exists(nope) OR n = :m', 'nope = :n', 'nope <> :n', 'n = :s',
      'list[0] = :x', 'size(empty) = :n',
    ];
    const all = {
      ':n': { N: '9' },
      ':m': { N: '10' },
      ':s': { S: 'ab' },
      ':x': { S: 'x' },
      ':three': { N: '3' },
      ':type': { S: 'S' },
    };
    return Promise.all(conditions.map(async condition => {
      const used = Object.fromEntries(Object.entries(all).filter(([name]) => new RegExp(`${name}\\b`).test(condition)));
      return [condition, await t.put(
        row('a', { n: { N: '10' }, s: { S: 'abc' }, list: { L: [{ S: 'x' }] }, empty: { S: '' } }),
        { ConditionExpression: condition, ExpressionAttributeValues: used },
      )];
    }));
  }],
  ['numbers in their shortest form', async t => {
    await t.put(
      row('a', { a: { N: '1.0' }, b: { N: '1e2' }, c: { N: '-0' }, d: { N: '0012.50' }, e: { N: '1763800000123' } }),
    );
    return t.get('a');
  }],
  ['sizes of items', async t => [
    await t.put(row('a', { x: { S: 'x'.repeat(409_600 - 10) } })),
    await t.put(row('b', { x: { S: 'x'.repeat(409_600 - 11) } })),
    await t.put(row('c', { x: { S: 'ü'.repeat(204_900) } })),
  ]],
  ['sizes of keys', async t => [
    await t.put(row('k'.repeat(2048))), await t.put(row('k'.repeat(2049))), await t.put(row('ü'.repeat(1024))),
    await t.put(row('ü'.repeat(1025))), await t.put(row('')),
    await t.put(listed('a', 'u', 'x'.repeat(1024))), await t.put(listed('b', 'u', 'x'.repeat(1025))),
    await t.put(listed('c', '', 'x')), await t.put(listed('d', 'u', '')),
  ]],
  ['index keys of a wrong type', async t => [
    await t.put(row('a', { user_id: { N: '1' }, created_at: { S: 'x' } })),
    await t.put(row('b', { sweep: { S: '1' }, due_at: { N: '1' } })),
    await t.get('a'),
  ]],
  ['updates that are refused as such', async t => [
    await t.update({
      Key: key('a'),
      UpdateExpression: 'SET image_id = :x',
      ExpressionAttributeValues: { ':x': { S: 'x' } },
    }),
    await t.update({
      Key: key('a'),
      UpdateExpression: 'SET status = :x',
      ExpressionAttributeValues: { ':x': { S: 'x' } },
    }),
    await t.update({
      Key: key('a'),
      UpdateExpression: 'SET n = :x',
      ExpressionAttributeValues: { ':x': { S: 'x' }, ':unused': { S: 'x' } },
    }),
    await t.update({
      Key: key('a'),
      UpdateExpression: 'SET n = n + :x',
      ExpressionAttributeValues: { ':x': { N: '1' } },
    }),
    await t.update({
      Key: key('a'),
      UpdateExpression: 'SET a.b = :x',
      ExpressionAttributeValues: { ':x': { N: '1' } },
    }),
    await t.update({
      Key: { other: { S: 'a' } },
      UpdateExpression: 'SET n = :x',
      ExpressionAttributeValues: { ':x': { N: '1' } },
    }),
    await t.put({ other: { S: 'a' } }),
  ]],
  ['names that JavaScript knows', async t => {
    await t.put(row('__proto__', { m: { M: { constructor: { S: 'x' } } }, toString: { S: 'y' } }));
    return [await t.get('__proto__'), await t.get('constructor')];
  }],
  ['batch writes', async t => [
    await t.batchWrite(Array.from({ length: 25 }, (_, i) => row(`b${i}`))), await t.batchWrite([row('x'), row('x')]),
    await t.get('b24'),
  ]],
];
