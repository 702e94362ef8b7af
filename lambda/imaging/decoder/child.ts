import { Socket } from 'node:net';
import { getHeapStatistics } from 'node:v8';
import { MAX_JOB_BYTES, readFrames, writeFrame, type Frame } from './frames';
import { packAnswer, unpackJob, type Answer } from './messages';
import { enterSandbox } from './sandbox';
import { readAv1Library } from '../av1/library';
import { collectAll, collectYoung } from '../pipeline/collect';
import { readLibrary } from '../pipeline/heic';
import { processImage } from '../pipeline/process-image';
import { RejectionError } from '../rejection-error';

/** The decoder's process: reads jobs and answers them, on the descriptor that the pool has opened for it. */
const CHANNEL = 3;

const HEIF = ['heic', 'heif'];

/** Bytes of buffers outside the heap. */
const MAX_EXTERNAL = 8 * 1024 * 1024;

/** `process.exit` would wait until libvips has finished decoding. */
function end(): void {
  process.kill(process.pid, 'SIGKILL');
}

async function answer(frame: Frame): Promise<Answer> {
  try {
    return { kind: 'image', image: await processImage(unpackJob(frame)) };
  } catch (error) {
    if (error instanceof RejectionError) return { kind: 'corrupt' };
    return { kind: 'fault', message: error instanceof Error ? error.message : String(error) };
  }
}

/**
 * A minor collection frees most memory. Objects that have survived one, and libheif's memory, need a full collection,
 * which takes too many milliseconds to run after each image. The sandbox blocks `process.memoryUsage`, which opens
 * /proc.
 */
function collectGarbage(answered: Answer): void {
  collectYoung();
  setImmediate(() => {
    const isHeif = answered.kind === 'image' && HEIF.includes(answered.image.format);
    if (isHeif || answered.kind !== 'image' || getHeapStatistics().external_memory > MAX_EXTERNAL) collectAll();
  });
}

const channel = new Socket({ fd: CHANNEL, readable: true, writable: true });
channel.on('close', end);

readFrames(channel, MAX_JOB_BYTES, frame => {
  void answer(frame).then(answered => {
    writeFrame(channel, packAnswer(answered));
    setImmediate(collectGarbage, answered);
  });
}, end);

// The files that are read later, by traces of system calls over 887 files of all kinds: libvips and Node have opened
// all of theirs by now.
readLibrary();
readAv1Library();
writeFrame(channel, packAnswer({ kind: 'ready', isClosed: enterSandbox() }));
