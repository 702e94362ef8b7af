import type { IncomingMessage } from 'node:http';

export interface BodyLimits {
  /** Bytes kept of one body. */
  readonly maxBytes: number;
  /** Time for one body to arrive. Milliseconds. */
  readonly maxMs: number;
  /** Bytes kept of all incomplete bodies. */
  readonly maxHeldBytes: number;
  /** Number of incomplete bodies. */
  readonly maxUnfinished: number;
}

export const BODY_LIMITS: Omit<BodyLimits, 'maxBytes'> = {
  maxMs: 30_000,
  maxHeldBytes: 64 * 2 ** 20,
  maxUnfinished: 2_000,
};

export type BodyFault = 'too large' | 'too slow' | 'too many';

export class BodyError extends Error {
  constructor(readonly fault: BodyFault) {
    super(`the request body is ${fault}`);
  }
}

/**
 * Reads request bodies of one listener into memory, within limits of size, time and number. Clients that send a part
 * and stop must not fill the memory.
 */
export class BodyReader {
  private heldBytes = 0;
  private unfinished = 0;

  constructor(private readonly limits: BodyLimits) {}

  /**
   * Reads the whole body. A larger `content-length` than `maxBytes` is rejected before the first byte is kept.
   * @throws BodyError if the body breaks a limit; the rest is discarded
   */
  async read(request: IncomingMessage): Promise<Buffer> {
    if (Number(request.headers['content-length']) > this.limits.maxBytes) throw discard(request, 'too large');
    const body = await this.readStart(request);
    if (body.isCut) throw new BodyError('too large');
    return body.bytes;
  }

  /**
   * Reads the body up to `maxBytes`. The rest is discarded, because another request may follow on the connection.
   * @throws BodyError if the body is too slow, or too many bodies are incomplete
   */
  async readStart(request: IncomingMessage): Promise<{ readonly bytes: Buffer; readonly isCut: boolean }> {
    if (this.unfinished >= this.limits.maxUnfinished) throw discard(request, 'too many');
    const chunks: Buffer[] = [];
    let length = 0;
    this.unfinished++;
    try {
      return await new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(discard(request, 'too slow')), this.limits.maxMs);
        const finish = (isCut: boolean): void =>
          resolve({ bytes: Buffer.concat(chunks).subarray(0, this.limits.maxBytes), isCut });
        request.once('close', () => clearTimeout(timer));
        request.on('error', reject);
        request.on('end', () => {
          clearTimeout(timer);
          finish(false);
        });
        request.on('data', (chunk: Buffer) => {
          chunks.push(chunk);
          length += chunk.length;
          this.heldBytes += chunk.length;
          if (this.heldBytes > this.limits.maxHeldBytes) return reject(discard(request, 'too many'));
          if (length <= this.limits.maxBytes) return;
          clearTimeout(timer);
          request.removeAllListeners('data').resume();
          finish(true);
        });
      });
    } finally {
      this.unfinished--;
      this.heldBytes -= length;
    }
  }
}

function discard(request: IncomingMessage, fault: BodyFault): BodyError {
  request.removeAllListeners('data').resume();
  return new BodyError(fault);
}
