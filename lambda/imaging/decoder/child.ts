import { Socket } from 'node:net';
import { readFrames, writeFrame, type Frame } from './frames';
import { frameOfAnswer, jobOfFrame, type Answer } from './messages';
import { processImage } from '../pipeline/process-image';
import { Refusal } from '../refusal';

/** The decoder's process: reads jobs and answers them, on the descriptor that the pool has opened for it. */
const CHANNEL = 3;

const HEIF = ['heic', 'heif'];

const collect = (globalThis as { gc?: (options: { type: 'minor' | 'major' }) => void }).gc;

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

/** Buffers of pixels are small objects to the collector, which would let them pile up. The memory of libheif is among the old ones. */
function collectAfter(answered: Answer): void {
  const major = answered.kind !== 'image' || HEIF.includes(answered.image.format);
  collect?.({ type: major ? 'major' : 'minor' });
}

const channel = new Socket({ fd: CHANNEL, readable: true, writable: true });
channel.on('close', end);

readFrames(channel, frame => {
  void answer(frame).then(answered => {
    writeFrame(channel, frameOfAnswer(answered));
    collectAfter(answered);
  });
}, end);

writeFrame(channel, frameOfAnswer({ kind: 'ready' }));
