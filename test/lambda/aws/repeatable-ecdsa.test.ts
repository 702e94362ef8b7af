import { createHash, createPublicKey, generateKeyPairSync, randomBytes, verify } from 'node:crypto';
import { p256 } from '@noble/curves/p256';
import fc from 'fast-check';
import { readPrivateNumber, signRepeatably } from '../../../lambda/aws/repeatable-ecdsa';

/** RFC 6979, appendix A.2.5, with SHA-256. */
const KEY = Buffer.from('C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721', 'hex');
const VECTORS = [
  [
    'sample', 'EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716',
    'F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8',
  ],
  [
    'test', 'F1ABB023518351CD71D881567B1EA663ED3EFCF6C5132B354F28D3B0B7D38367',
    '019F4113742A2B14BD25926B49C649155F267E60D3814B4C0CC84250E46F0083',
  ],
];

/** The two numbers of a signature in DER. */
function numbers(der: Buffer): string[] {
  const rLength = der[3];
  const parts = [der.subarray(4, 4 + rLength), der.subarray(6 + rLength)];
  expect([der[0], der[1], der[2], der[4 + rLength], der[5 + rLength]]).toEqual([
    0x30, der.length - 2, 2, 2, parts[1].length,
  ]);
  return parts.map(part => BigInt(`0x${part.toString('hex')}`).toString(16).padStart(64, '0').toUpperCase());
}

test.each(VECTORS)('signs %j as RFC 6979 does', (message, r, s) => {
  expect(numbers(signRepeatably(message, KEY))).toEqual([r, s]);
});

/** The library's own nonce by RFC 6979, with the message hashed here. `s` is not normalized, as in OpenSSL. */
function signByNoble(message: string, key: Buffer): Buffer {
  const hash = createHash('sha256').update(message, 'utf8').digest();
  return Buffer.from(p256.sign(hash, key, { lowS: false, prehash: false }).toBytes('der'));
}

test.each(VECTORS)('@noble/curves signs %j as RFC 6979 does', (message, r, s) => {
  expect(numbers(signByNoble(message, KEY))).toEqual([r, s]);
});

const SEED = process.env.SIGNATURE_SEED ?? randomBytes(8).toString('hex');
const COMPARED = 10_000;

/** Bytes that a seed reproduces. */
function drawBytes(purpose: string, index: number): Buffer {
  return createHash('sha512').update(`${SEED} ${purpose} ${index}`).digest();
}

/** 1 ≤ key < N. Every 100th key is small, and every 100th is near N: their bytes begin with zeros or with 0xff. */
function drawKey(index: number): Buffer {
  const drawn = BigInt(`0x${drawBytes('key', index).toString('hex')}`);
  const small = 1n + drawn % 1000n;
  const key = index % 100 === 0 ? small : index % 100 === 1 ? p256.CURVE.n - small : 1n + drawn % (p256.CURVE.n - 1n);
  return Buffer.from(key.toString(16).padStart(64, '0'), 'hex');
}

/** Strings of 0 to 255 UTF-16 units from all of Unicode's planes, with unpaired surrogates. */
function drawMessage(index: number): string {
  const length = drawBytes('length', index)[0];
  const units = Array.from({ length: Math.ceil(length / 32) }, (_, part) => drawBytes(`message ${part}`, index));
  return Buffer.concat(units).toString('utf16le').slice(0, length);
}

test(
  `signs ${COMPARED} random messages with ${COMPARED} random keys as @noble/curves does, byte for byte (SIGNATURE_SEED=${SEED})`,
  () => {
    const different: number[] = [];
    for (let i = 0; i < COMPARED; i++) {
      const [key, message] = [drawKey(i), drawMessage(i)];
      if (!signRepeatably(message, key).equals(signByNoble(message, key))) different.push(i);
    }
    expect(different).toEqual([]);
  },
  120_000,
);

test('whatever it signs, by whatever key, OpenSSL verifies, and a second signature is the same', () => {
  const keys = Array.from({ length: 20 }, () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey);
  fc.assert(fc.property(fc.string({ unit: 'binary' }), fc.constantFrom(...keys), (message, key) => {
    const number = readPrivateNumber(String(key.export({ format: 'pem', type: 'sec1' })))!;
    const signature = signRepeatably(message, number);
    expect(verify('sha256', Buffer.from(message), createPublicKey(key), signature)).toBe(true);
    expect(signRepeatably(message, number).equals(signature)).toBe(true);
    expect(verify('sha256', Buffer.from(`${message}x`), createPublicKey(key), signature)).toBe(false);
  }), { numRuns: 300 });
});

test('keys of another kind are denied', () => {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey.export({ format: 'pem', type: 'pkcs8' });
  const other = generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey.export({ format: 'pem', type: 'pkcs8' });
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const texts = [String(rsa), String(other), String(publicKey.export({ format: 'pem', type: 'spki' })), '', 'secret'];
  expect(texts.map(readPrivateNumber)).toEqual(texts.map(() => undefined));
});
