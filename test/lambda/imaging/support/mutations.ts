import fc from 'fast-check';
import { be16, be32, hex } from './files';

const TELLING = [0x00, 0x01, 0x2c, 0x21, 0x3b, 0x7f, 0x80, 0xc0, 0xd0, 0xd9, 0xda, 0xff];

/** Evenly distributed numbers. `fc.double` chooses every exponent equally often, so most of its values are almost 0. */
const share = (max: number): fc.Arbitrary<number> => fc.noBias(fc.nat(9999)).map(value => value / 10_000 * max);

/** Positions as shares of the length; the arrays give the changes there. Readers mostly examine the front. */
const place = fc.oneof(share(1), share(0.1));
export const mutation = fc.oneof(
  fc.record({ put: fc.oneof(fc.constantFrom(...TELLING), fc.nat(255)).map(byte => Buffer.from([byte])), at: place }),
  fc.record({ put: fc.constantFrom(0, 1, 7, 8, 0x7fffffff, 0xffffffff).map(value => be32(value)), at: place }),
  fc.record({
    put: fc.constantFrom(
      hex('ffda0002'), hex('2c'), Buffer.from('ANMF'), Buffer.from('meta'), Buffer.from('ispe'), be16(0xffff),
    ),
    at: place,
  }),
  fc.record({ cut: place, at: place }),
  fc.record({ repeat: place, at: place }),
  fc.record({ endsAt: place }),
);
export type Mutation = typeof mutation extends fc.Arbitrary<infer M> ? M : never;

export function mutate(bytes: Buffer, change: Mutation): Buffer {
  if ('endsAt' in change) return bytes.subarray(0, Math.floor(change.endsAt * bytes.length));
  const at = Math.floor(change.at * bytes.length);
  if ('put' in change) {
    return Buffer.concat([bytes.subarray(0, at), change.put, bytes.subarray(at + change.put.length)]);
  }
  if ('cut' in change) return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + Math.floor(change.cut * 64))]);
  return Buffer.concat([bytes.subarray(0, at + Math.floor(change.repeat * 64)), bytes.subarray(at)]);
}
