import { createECDH, createHash, createHmac, createPrivateKey, type KeyObject, randomBytes } from 'node:crypto';

/** Order of the curve P-256 (SEC 2, section 2.4.2), and its length in bytes. */
const N = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const LENGTH = 32;
const CURVE = 'prime256v1';

/** The private number of a key in PEM; undefined if the text is no private key of the curve P-256. */
export function readPrivateNumber(pem: string): Buffer | undefined {
  const key = readKey(pem);
  if (key?.asymmetricKeyDetails?.namedCurve !== CURVE) return undefined;
  return Buffer.from(key.export({ format: 'jwk' }).d!, 'base64url');
}

function readKey(pem: string): KeyObject | undefined {
  try {
    return createPrivateKey(pem);
  } catch {
    return undefined;
  }
}

/**
 * ECDSA with P-256 and SHA-256, in DER, with the same result for the same message (RFC 6979). Node draws a random
 * number for each signature, and browsers cannot cache URLs that change with it.
 */
export function signRepeatably(message: string, key: Buffer): Buffer {
  const hash = createHash('sha256').update(message, 'utf8').digest();
  for (const k of generateCandidates(key, hash)) {
    const r = reduce(toNumber(computeX(k)));
    const s = reduce(invert(toNumber(k)) * reduce(toNumber(hash) + multiply(r, toNumber(key))));
    if (r !== 0n && s !== 0n) return encodeDer(r, s);
  }
  throw new Error('no valid nonce for the ECDSA signature was found');
}

/** RFC 6979, section 3.2: steps b to h. The first candidate fails with a probability of 1 in 2³². */
function* generateCandidates(key: Buffer, hash: Buffer): Generator<Buffer> {
  const seed = [key, toBytes(reduce(toNumber(hash)))];
  let [k, v]: Buffer[] = [Buffer.alloc(LENGTH, 0), Buffer.alloc(LENGTH, 1)];
  const updateState = (separator: number, ...rest: Buffer[]): void => {
    k = computeHmac(k, v, Buffer.of(separator), ...rest);
    v = computeHmac(k, v);
  };
  updateState(0, ...seed);
  updateState(1, ...seed);
  for (;;) {
    v = computeHmac(k, v);
    const candidate = toNumber(v);
    if (candidate > 0n && candidate < N) yield v;
    updateState(0);
  }
}

function computeHmac(key: Buffer, ...parts: Buffer[]): Buffer {
  const mac = createHmac('sha256', key);
  for (const part of parts) mac.update(part);
  return mac.digest();
}

/** Shared: to create it costs more than its computations. */
const ecdh = createECDH(CURVE);

/**
 * The public key of a private number is its multiple of the curve's base point. OpenSSL computes it in constant time.
 */
function computeX(k: Buffer): Buffer {
  ecdh.setPrivateKey(k);
  return ecdh.getPublicKey().subarray(1, 1 + LENGTH);
}

/** The operands are secret, and BigInt's running time depends on them: a random factor hides them. */
function invert(secret: bigint): bigint {
  const blind = drawFactor();
  return reduce(blind * invertUnblinded(reduce(blind * secret)));
}

function multiply(known: bigint, secret: bigint): bigint {
  const blind = drawFactor();
  return reduce(reduce(known * reduce(secret + blind)) - known * blind);
}

function drawFactor(): bigint {
  return 1n + reduce(toNumber(randomBytes(2 * LENGTH))) % (N - 1n);
}

/** Extended Euclidean algorithm. */
function invertUnblinded(number: bigint): bigint {
  let [a, b, x, y] = [number, N, 1n, 0n];
  while (a > 1n) {
    const quotient = b / a;
    [a, b, x, y] = [b - quotient * a, a, y - quotient * x, x];
  }
  return reduce(x);
}

function reduce(number: bigint): bigint {
  const rest = number % N;
  return rest < 0n ? rest + N : rest;
}

function toNumber(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
}

function toBytes(number: bigint): Buffer {
  return Buffer.from(number.toString(16).padStart(2 * LENGTH, '0'), 'hex');
}

/** RFC 3279, section 2.2.3: a sequence of two integers. */
function encodeDer(r: bigint, s: bigint): Buffer {
  const body = Buffer.concat([encodeInteger(r), encodeInteger(s)]);
  return Buffer.concat([Buffer.of(0x30, body.length), body]);
}

/** The shortest form, without a leading sign bit. */
function encodeInteger(number: bigint): Buffer {
  const hex = number.toString(16);
  const bytes = Buffer.from(hex.length % 2 ? `0${hex}` : hex, 'hex');
  const content = bytes[0] >= 0x80 ? Buffer.concat([Buffer.of(0), bytes]) : bytes;
  return Buffer.concat([Buffer.of(0x02, content.length), content]);
}
