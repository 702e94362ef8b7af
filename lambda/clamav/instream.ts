import { connect, type Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ServiceError } from '../domain/errors';

/** Ends commands and replies of clamd (clamd(8): commands with the prefix `z`). */
const NUL = '\0';

/** A reply is one line; longer ones are invalid. */
const REPLY_BYTES = 4096;

/** Returns whether clamd responds. */
export async function ping(path: string, signal: AbortSignal): Promise<boolean> {
  return exchange(path, signal, async (socket, reply) => {
    socket.write(`zPING${NUL}`);
    return (await reply) === 'PONG';
  });
}

/**
 * clamd's reply to a stream (clamd(8): INSTREAM). Each chunk follows its length, four bytes in network order; length
 * zero ends the stream. Throws if the stream has another size than expected: a part of an original may be clean, but
 * not the whole.
 */
export async function scanStream(path: string, bytes: Readable, size: number, signal: AbortSignal): Promise<string> {
  return exchange(path, signal, async (socket, reply) => {
    let sent = 0;
    const frameChunks = async function* (source: AsyncIterable<Buffer>) {
      yield `zINSTREAM${NUL}`;
      for await (const chunk of source) {
        if (chunk.length === 0) continue;
        sent += chunk.length;
        yield encodeLength(chunk.length);
        yield chunk;
      }
      if (sent !== size) throw new ServiceError(`the original must have ${size} bytes, got: ${sent}`);
      yield encodeLength(0);
    };
    await pipeline(bytes, frameChunks, socket, { signal, end: false });
    return reply;
  });
}

function encodeLength(bytes: number): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes);
  return length;
}

async function exchange<T>(
  path: string, signal: AbortSignal, talk: (socket: Socket, reply: Promise<string>) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  const socket = connect({ path });
  const abort = () => socket.destroy(new ServiceError('clamd exceeded the time limit'));
  signal.addEventListener('abort', abort, { once: true });
  const reply = readReply(socket);
  // It may be rejected before any caller awaits it.
  reply.catch(() => undefined);
  try {
    return await talk(socket, reply);
  } finally {
    signal.removeEventListener('abort', abort);
    socket.destroy();
  }
}

/** The text before the first NUL. A connection that ends without NUL gave no reply. */
async function readReply(socket: Socket): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    socket.setEncoding('utf8');
    socket.on('data', (part: string) => {
      text += part;
      if (text.includes(NUL)) resolve(text.slice(0, text.indexOf(NUL)));
      else if (text.length > REPLY_BYTES) reject(new ServiceError(`the reply of clamd must end within ${REPLY_BYTES} bytes`));
    });
    socket.on('error', reject);
    socket.on('close', () => reject(new ServiceError('clamd closed the connection without a reply')));
  });
}
