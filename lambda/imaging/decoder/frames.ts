import type { Readable, Writable } from 'node:stream';
import { MAX_PROCESSED_BYTES } from '../../../src/contract';

/** A message between the pool and a child: plain data, and bytes outside of it. */
export interface Frame {
  readonly head: unknown;
  readonly blobs: readonly Uint8Array[];
}

/** Twice the largest original that the construct lets through: nothing else in a job has a size to speak of. */
export const MAX_JOB_BYTES = 2 * MAX_PROCESSED_BYTES;
/**
 * Far more than all variants of an image, and less than would take the worker's memory: a child that sends more has
 * been taken over.
 */
export const MAX_ANSWER_BYTES = 256 * 1024 * 1024;
const PREFIX_LENGTH = 4;
/**
 * More than any image has variants. A child that has been taken over could fill 256 MiB with millions of empty parts,
 * which take gigabytes here.
 */
const MAX_PARTS = 10_000;
/** Facts and names. JSON takes many times its length in memory. */
const MAX_HEAD_BYTES = 4 * 1024 * 1024;

/** The length of all that follows, then for head and blobs alike: length, bytes. */
export function writeFrame(stream: Writable, { head, blobs }: Frame): void {
  const parts = [Buffer.from(JSON.stringify(head)), ...blobs];
  stream.cork();
  stream.write(encodeUint32(parts.reduce((sum, { length }) => sum + 4 + length, 0)));
  for (const part of parts) {
    stream.write(encodeUint32(part.length));
    stream.write(part);
  }
  stream.uncork();
}

/** Calls `onFrame` for each whole frame, and `onError` for an invalid one or one of more than `maxBytes`. */
export function readFrames(
  stream: Readable, maxBytes: number, onFrame: (frame: Frame) => void, onError: () => void,
): void {
  let part = Buffer.alloc(PREFIX_LENGTH);
  let filled = 0;
  let inPrefix = true;

  /** The part that is complete is a length or a body, in turn. */
  const complete = (): void => {
    const whole = part;
    if (inPrefix && whole.readUInt32BE() > maxBytes) throw new Error('the frame is too long');
    part = Buffer.allocUnsafeSlow(inPrefix ? whole.readUInt32BE() : PREFIX_LENGTH);
    filled = 0;
    inPrefix = !inPrefix;
    if (inPrefix) onFrame(parse(whole));
  };

  const receive = (chunk: Buffer): void => {
    for (let at = 0; at < chunk.length;) {
      const copied = chunk.copy(part, filled, at);
      at += copied;
      filled += copied;
      if (filled === part.length) complete();
    }
  };
  stream.on('data', chunk => {
    try { receive(chunk); } catch { onError(); }
  });
}

function parse(body: Buffer): Frame {
  const parts: Buffer[] = [];
  for (let at = 0; at < body.length;) {
    const start = at + 4;
    at = start + body.readUInt32BE(at);
    if (at > body.length || parts.length === MAX_PARTS) {
      throw new Error('a part ends after the frame, or the frame has too many parts');
    }
    parts.push(body.subarray(start, at));
  }
  const [head, ...blobs] = parts;
  if (head.length > MAX_HEAD_BYTES) throw new Error('the head is too long');
  return { head: JSON.parse(head.toString()), blobs };
}

function encodeUint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
