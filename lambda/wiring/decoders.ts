import { join } from 'node:path';
import { type ImageLimits, METRICS } from '../../src/contract';
import { DecoderPool } from '../imaging/decoder/pool';
import { logger, metrics } from '../runtime/telemetry';

/** Stands beside the handler where both are bundled (projenrc/bundle-worker.ts). */
const DECODER = join(__dirname, 'decoder.js');

interface DecodingConfig {
  readonly imageLimits: ImageLimits;
  readonly decodeWallSeconds: number;
}

/**
 * No child waits while Lambda has the function frozen with a clock running: clocks run only while an image is decoded, and then an
 * invocation does. Children end with the function, since they read from it.
 */
export function createDecoderPool({ imageLimits, decodeWallSeconds }: DecodingConfig): DecoderPool {
  return new DecoderPool({
    script: DECODER,
    limits: { ...imageLimits, decodeWallSeconds },
    onOpen: () => logger.warn('a decoder could not enter its sandbox: it can open files and sockets', { platform: process.platform }),
    onDeath: death => {
      metrics.count(METRICS.DECODERS_ENDED);
      logger.warn('a decoder was ended at work', { death });
    },
  });
}
