import { Socket } from 'node:net';
import { readFrames, writeFrame, type Frame } from './frames';
import { frameOfAnswer, jobOfFrame, type Answer } from './messages';
import { processImage } from '../pipeline/process-image';
import { Refusal } from '../refusal';

/** The decoder's process: reads jobs and answers them, on the descriptor that the pool has opened for it. */
const CHANNEL = 3;

const HEIF = ['heic', 'heif'];

/** Bytes of buffers outside the heap. */
const MAX_EXTERNAL = 16 * 1024 * 1024;

const collect = (globalThis as { gc?: (options?: { type: 'minor' }) => void }).gc;

/** An exit would wait for what libvips still decodes. */
function end(): void {
  process.kill(process.pid, 'SIGKILL');
}

async function answer(frame: Frame): Promise<Answer> {
  try {
    return { kind: 'image', image: await processImage(jobOfFrame(frame)) };
  } catch (error) {
    if (error instanceof Refusal) return { kind: 'refusal', refusal: { code: error.code, message: error.message } };
    return { kind: 'fault', message: error instanceof Error ? error.message : String(error) };
  }
}

/**
 * Buffers of pixels are small objects to the collector, which would let them pile up. A minor collection gets rid of most; those
 * that have survived one by then, and libheif's memory, need a full one.
 */
function collectAfter(answered: Answer): void {
  const minor = answered.kind === 'image' && !HEIF.includes(answered.image.format) && process.memoryUsage().external < MAX_EXTERNAL;
  collect?.(...minor ? [{ type: 'minor' } as const] : []);
}

const channel = new Socket({ fd: CHANNEL, readable: true, writable: true });
channel.on('close', end);

readFrames(channel, frame => {
  void answer(frame).then(answered => {
    writeFrame(channel, frameOfAnswer(answered));
    setImmediate(collectAfter, answered);
  });
}, end);

writeFrame(channel, frameOfAnswer({ kind: 'ready' }));
