import { PassThrough } from 'node:stream';
import { readFrames, writeFrame, type Frame } from '../../../../lambda/imaging/decoder/frames';
import { be32 } from '../support/files';

const MAX_BYTES = 64 * 1024 * 1024;
const HEAD = Buffer.from('{"kind":"corrupt"}');

interface Read {
  readonly frames: Frame[];
  readonly errors: number;
}

async function read(...chunks: Buffer[]): Promise<Read> {
  const stream = new PassThrough({ highWaterMark: 2 * MAX_BYTES });
  const frames: Frame[] = [];
  let errors = 0;
  readFrames(stream, MAX_BYTES, frame => frames.push(frame), () => errors++);
  for (const chunk of chunks) stream.write(chunk);
  await new Promise(resolve => stream.end(resolve));
  await new Promise(setImmediate);
  return { frames, errors };
}

const framed = (...parts: Buffer[]): Buffer => {
  const body = Buffer.concat(parts.flatMap(part => [be32(part.length), part]));
  return Buffer.concat([be32(body.length), body]);
};

test('reads a frame that comes byte by byte', async () => {
  const stream = new PassThrough();
  writeFrame(stream, { head: { kind: 'corrupt' }, blobs: [Buffer.from('ab'), Buffer.alloc(0)] });
  const { frames, errors } = await read(...[...stream.read() as Buffer].map(byte => Buffer.from([byte])));
  expect({ frames, errors }).toEqual({
    frames: [{ head: { kind: 'corrupt' }, blobs: [Buffer.from('ab'), Buffer.alloc(0)] }],
    errors: 0,
  });
});

test('keeps a part of a frame to itself', async () => {
  expect(await read(framed(HEAD).subarray(0, -1))).toEqual({ frames: [], errors: 0 });
});

test.each<[string, Buffer]>([
  ['more bytes than a frame may have', Buffer.concat([be32(MAX_BYTES + 1), Buffer.alloc(8)])],
  ['no head', Buffer.concat([be32(0), Buffer.alloc(1)])],
  ['a head that is no JSON', framed(Buffer.from('{'))],
  ['a head of more than 4 MiB', framed(Buffer.from(`"${'x'.repeat(4 * 1024 * 1024)}"`))],
  [
    'a part that reaches behind the frame',
    Buffer.concat([be32(4 + HEAD.length + 4), be32(HEAD.length), HEAD, be32(2 ** 32 - 1)]),
  ],
  ['thousands of empty parts', framed(HEAD, ...Array<Buffer>(10_000).fill(Buffer.alloc(0)))],
])('takes %s for an error', async (_what, bytes) => {
  const { frames, errors } = await read(bytes);
  expect(frames).toEqual([]);
  expect(errors).toBeGreaterThan(0);
});
