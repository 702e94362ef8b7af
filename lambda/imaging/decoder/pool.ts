import { DecoderProcess, type Death, type DecoderLimits } from './child-process';
import type { Verdict } from './messages';
import { FailedTry } from '../../domain/errors';
import { explainRejection } from '../../domain/explain-rejection';
import { createCorruptError } from '../pipeline/corrupt';
import type { ImageJob, ProcessedImage } from '../pipeline/job';
import { RejectionError } from '../rejection-error';

export interface DecoderPoolOptions {
  /** The built `child.ts`. */
  readonly script: string;
  readonly limits: DecoderLimits;
  /** 1 by default. */
  readonly children?: number;
  /** After this many images a child is replaced; 200 by default. */
  readonly imagesPerChild?: number;
  /** Receives the cause for each child that was killed or died at work. */
  readonly onDeath?: (death: Death) => void;
  /** Receives each child that can still open files, sockets and /proc. */
  readonly onOpen?: () => void;
}

interface Waiting {
  readonly job: ImageJob;
  /** Marks the second attempt: in a fresh child, with no other at work, so that no neighbour can make it fail. */
  readonly alone: boolean;
  readonly resolve: (image: ProcessedImage) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Decodes in processes of their own, since nothing else stops a decoder: neither sharp's timeout nor the end of a
 * thread.
 */
export class DecoderPool {
  private readonly waiting: Waiting[] = [];
  private readonly idle: DecoderProcess[] = [];
  private readonly children = new Set<DecoderProcess>();
  private working = 0;
  private exclusive = false;
  private closed = false;

  constructor(private readonly options: DecoderPoolOptions) {}

  /** Throws a `RejectionError` where the image is at fault, and any other `Error` otherwise. */
  async decode(job: ImageJob): Promise<ProcessedImage> {
    return new Promise((resolve, reject) => this.enqueue({ job, alone: false, resolve, reject }));
  }

  /** Kills all children. Unfinished jobs end in an `Error`. */
  close(): void {
    this.closed = true;
    for (const { reject } of this.waiting.splice(0)) reject(buildClosedError());
    for (const child of this.children) child.kill('crash');
  }

  private enqueue(waiting: Waiting): void {
    if (this.closed) return waiting.reject(buildClosedError());
    this.waiting.push(waiting);
    this.startNext();
  }

  private startNext(): void {
    const [first] = this.waiting;
    if (!first || this.exclusive || this.working >= (first.alone ? 1 : this.options.children ?? 1)) return;
    this.waiting.shift();
    this.working++;
    this.exclusive = first.alone;
    void this.attempt(first).catch(first.reject).finally(() => {
      this.working--;
      this.exclusive = false;
      this.startNext();
    });
    this.startNext();
  }

  private async attempt(waiting: Waiting): Promise<void> {
    const child = await this.takeChild(waiting.alone);
    const answer = await child.decode(waiting.job);
    this.returnChild(child);
    // A child that `close` killed has not failed because of its image.
    if (this.closed) throw buildClosedError();
    if (typeof answer !== 'string') return settle(answer, waiting);
    this.options.onDeath?.(answer);
    if (waiting.alone || isCertain(answer, child.done === 1)) {
      return waiting.reject(buildRejection(answer, this.options.limits));
    }
    // Behind all others: they have not failed yet.
    this.enqueue({ ...waiting, alone: true });
  }

  private async takeChild(fresh: boolean): Promise<DecoderProcess> {
    if (fresh) for (const child of this.idle.splice(0)) child.kill('crash');
    const idle = this.idle.pop();
    if (idle) return idle;
    const { script, limits, onOpen } = this.options;
    const child: DecoderProcess = new DecoderProcess(script, limits, () => this.forget(child));
    this.children.add(child);
    if (!(await child.start()).isClosed) onOpen?.();
    return child;
  }

  private returnChild(child: DecoderProcess): void {
    if (child.alive && child.done < (this.options.imagesPerChild ?? 200) && !this.closed) this.idle.push(child);
    else child.kill('crash');
  }

  private forget(child: DecoderProcess): void {
    this.children.delete(child);
    const at = this.idle.indexOf(child);
    if (at >= 0) this.idle.splice(at, 1);
  }
}

/**
 * Whether a second attempt would end like the first. No neighbour changes the child's own CPU time and memory,
 * and with its first image a child holds no memory of earlier ones.
 */
function isCertain(death: Death, isFirstImage: boolean): boolean {
  return death === 'cpu' || (death === 'memory' && isFirstImage);
}

function settle(answer: Verdict, { resolve, reject }: Waiting): void {
  switch (answer.kind) {
    case 'image': return resolve(answer.image);
    case 'corrupt': return reject(createCorruptError());
    case 'fault': return reject(buildEncodingError(answer.message));
  }
}

function buildRejection(death: Death, { decodeSeconds, decodeMemoryMiB }: DecoderLimits): RejectionError {
  const reasons: Record<Death, string> = {
    cpu: `Decoding the image takes longer than the limit of ${decodeSeconds} seconds`,
    time: `Decoding the image takes longer than the limit of ${decodeSeconds} seconds`,
    memory: `Decoding the image takes more memory than the limit of ${decodeMemoryMiB} MiB`,
    crash: 'Decoding the image crashes the decoder',
  };
  const fix = death === 'crash' ? 'a copy saved by another program' : 'a smaller copy';
  return new RejectionError('RESOURCE_LIMIT', explainRejection(reasons[death], fix), true);
}

/** The text of a decoder can hold metadata of the file, so only the cause has it, and logs show no text of a cause. */
function buildEncodingError(said: string): Error {
  return new FailedTry('EncodingFailed', 'The decoder reported a fault of its own', { cause: new Error(said) });
}

function buildClosedError(): Error {
  return new FailedTry('DecoderDied', 'The decoder is closed');
}
