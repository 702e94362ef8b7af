import type { Readable, Writable } from 'node:stream';

/** What passes between the pool and a child: plain data, and bytes that are not copied into it. */
export interface Frame {
  readonly head: unknown;
  readonly blobs: readonly Uint8Array[];
}

/** A child that sends more has been taken over. */
const MAX_LENGTH = 256 * 1024 * 1024;

/** The length of all that follows, then for head and blobs alike: length, bytes. */
export function writeFrame(stream: Writable, { head, blobs }: Frame): void {
  const parts = [Buffer.from(JSON.stringify(head)), ...blobs];
  stream.cork();
  stream.write(uint32(parts.reduce((sum, { length }) => sum + 4 + length, 0)));
  for (const part of parts) {
    stream.write(uint32(part.length));
    stream.write(part);
  }
  stream.uncork();
}

/** `onFrame` for each whole frame, `onError` for what is none. */
export function readFrames(stream: Readable, onFrame: (frame: Frame) => void, onError: () => void): void {
  let chunks: Buffer[] = [];
  let received = 0;
  stream.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    received += chunk.length;
    while (received >= 4) {
      if (chunks[0].length < 4) chunks = [Buffer.concat(chunks)];
      const end = 4 + chunks[0].readUInt32BE();
      if (end > MAX_LENGTH) return void onError();
      if (received < end) return;
      const all = Buffer.concat(chunks);
      received -= end;
      chunks = received > 0 ? [Buffer.from(all.subarray(end))] : [];
      try { onFrame(parse(all.subarray(4, end))); } catch { return void onError(); }
    }
  });
}

function parse(body: Buffer): Frame {
  const parts: Buffer[] = [];
  for (let at = 0; at < body.length;) {
    const start = at + 4;
    at = start + body.readUInt32BE(at);
    parts.push(body.subarray(start, at));
  }
  const [head, ...blobs] = parts;
  return { head: JSON.parse(head.toString()), blobs };
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
