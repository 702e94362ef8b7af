import { createHash, timingSafeEqual, type Hash } from 'node:crypto';
import { Transform, type TransformCallback } from 'node:stream';
import { crc32 } from 'node:zlib';
import { buildS3Error } from './errors';
import { readHeader, type Wire } from './wire';

export const CHECKSUM_PREFIX = 'x-amz-checksum-';

interface Digest { update(chunk: Buffer): void; digest(): Buffer }

class Crc32 implements Digest {
  private value = 0;

  update(chunk: Buffer): void {
    this.value = crc32(chunk, this.value);
  }

  digest(): Buffer {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(this.value);
    return bytes;
  }
}

const ALGORITHMS: Record<string, () => Digest> = {
  sha256: () => createHash('sha256'),
  sha1: () => createHash('sha1'),
  crc32: () => new Crc32(),
};

interface Expectation {
  readonly name: string;
  readonly digest: Digest;
  readonly expected: Buffer;
  readonly code: string;
}

/** Passes a body through, and fails at its end if a checksum differs from its header. */
export class VerifiedBody extends Transform {
  readonly md5: Hash = createHash('md5');
  size = 0;

  constructor(private readonly expectations: readonly Expectation[]) {
    super();
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.size += chunk.length;
    this.md5.update(chunk);
    for (const { digest } of this.expectations) digest.update(chunk);
    done(null, chunk);
  }

  override _flush(done: TransformCallback): void {
    const wrong = this.expectations.find(({ digest, expected }) => !isEqual(digest.digest(), expected));
    done(wrong ? buildS3Error(wrong.code, `The ${wrong.name} you specified did not match what we received.`) : null);
  }
}

/** Reads the expected checksums from the headers of a PUT. */
export function readExpectations(wire: Wire): Expectation[] {
  const expectations = [...wire.headers.keys()]
    .filter(name => name.startsWith(CHECKSUM_PREFIX))
    .map(name => buildExpectation(
      name, ALGORITHMS[name.slice(CHECKSUM_PREFIX.length)], readHeader(wire, name)!, 'base64', 'BadDigest',
    ));
  if (expectations.length > 1) {
    throw buildS3Error(
      'InvalidRequest', 'Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.',
    );
  }
  const md5 = readHeader(wire, 'content-md5');
  if (md5 !== undefined) {
    expectations.push(buildExpectation('content-md5', () => createHash('md5'), md5, 'base64', 'BadDigest'));
  }
  const payload = readHeader(wire, 'x-amz-content-sha256');
  if (payload?.startsWith('STREAMING-')) {
    throw buildS3Error('NotImplemented', `x-amz-content-sha256 ${payload} is not supported here`);
  }
  if (payload !== undefined && payload !== 'UNSIGNED-PAYLOAD') {
    expectations.push(
      buildExpectation('x-amz-content-sha256', ALGORITHMS.sha256, payload, 'hex', 'XAmzContentSHA256Mismatch'),
    );
  }
  return expectations;
}

function buildExpectation(
  name: string, make: (() => Digest) | undefined, value: string, encoding: 'base64' | 'hex', code: string,
): Expectation {
  if (!make) throw buildS3Error('NotImplemented', `${name} is not supported here`);
  const digest = make();
  const expected = Buffer.from(value, encoding);
  if (expected.toString(encoding) !== value || expected.length !== make().digest().length) {
    throw buildS3Error('InvalidRequest', `Value for ${name} header is invalid.`);
  }
  return { name, digest, expected, code };
}

function isEqual(a: Buffer, b: Buffer): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}
