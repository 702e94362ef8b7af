import fc from 'fast-check';
import { decodeCursor, encodeCursor } from '../../../lambda/http/cursor';

const position = '2026-11-22T10:15:30.123Z#01M82HJ0KHQDA9Y27T5YBSQHGM';
const all = () => true;
const question = ['t', 'alice', 'desc', { tags: ['a'] }];

describe('cursors', () => {
  test('lead back to their position', () => {
    expect(decodeCursor(encodeCursor(position, question), question, all)).toBe(position);
  });

  test.each([
    [['t', 'bob', 'desc', { tags: ['a'] }]],
    [['t', 'alice', 'asc', { tags: ['a'] }]],
    [['t', 'alice', 'desc', { tags: ['b'] }]],
    [[undefined, 'alice', 'desc', { tags: ['a'] }]],
  ])('belong to one question, not to %j', other => {
    expect(() => decodeCursor(encodeCursor(position, question), other, all)).toThrow('invalid-cursor');
  });

  test('are denied after a change of any bit', () => {
    const cursor = Buffer.from(encodeCursor(position, question), 'base64url');
    for (let bit = 0; bit < cursor.length * 8; bit++) {
      const changed = Buffer.from(cursor);
      const mask = 2 ** (bit % 8);
      const byte = changed[Math.floor(bit / 8)];
      changed[Math.floor(bit / 8)] = byte % (2 * mask) >= mask ? byte - mask : byte + mask;
      expect(() => decodeCursor(changed.toString('base64url'), question, all)).toThrow('invalid-cursor');
    }
  });

  test('whoever can make one reaches no further', () => {
    expect(() => decodeCursor(encodeCursor('anything', question), question, () => false)).toThrow('invalid-cursor');
  });

  test('are denied for any other text', () => {
    fc.assert(fc.property(fc.string({ maxLength: 2000 }), text => {
      expect(() => decodeCursor(text, question, all)).toThrow('invalid-cursor');
    }));
  });

  test('are denied in a second spelling of the same bytes', () => {
    const cursor = encodeCursor(position, question);
    for (const other of [
      `${cursor}=`, ` ${cursor}`, `${cursor}\n`, cursor.replace(/-/g, '+').replace(/_/g, '/') + '==',
    ]) {
      expect(() => decodeCursor(other, question, all)).toThrow('invalid-cursor');
    }
  });
});
