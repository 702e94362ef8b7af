import { join } from 'node:path';
import { recordSteps, traceImaging } from './traced';
import { type ImageLimits, METRICS, type VariantDefinition } from '../../src/contract';
import type { Imaging } from '../domain/ports';
import { DecoderPool } from '../imaging/decoder/pool';
import { createImaging } from '../imaging/make-variants';
import { logger, metrics } from '../runtime/telemetry';

/** Bundled beside the handlers that decode (projenrc/bundle-worker.ts). */
const DECODER = join(__dirname, 'decoder.js');

interface DecodingConfig {
  readonly variants: readonly VariantDefinition[];
  readonly imageLimits: ImageLimits;
  readonly decodeWallSeconds: number;
}

export function createDecodingImaging(config: DecodingConfig): Imaging {
  const { variants, imageLimits: limits } = config;
  return traceImaging(createImaging({ variants, limits, decoders: createDecoderPool(config), onMade: recordSteps }));
}

/**
 * No timer of a decoder runs while Lambda has frozen the function: timers run only during a decode, and then an
 * invocation is active. Decoders end with the function, since they read from it.
 */
function createDecoderPool({ imageLimits, decodeWallSeconds }: DecodingConfig): DecoderPool {
  return new DecoderPool({
    script: DECODER,
    limits: { ...imageLimits, decodeWallSeconds },
    onOpen: () => logger.warn('a decoder could not enter its sandbox: it can open files and sockets', {
      platform: process.platform,
    }),
    onDeath: death => {
      metrics.count(METRICS.DECODERS_ENDED);
      logger.warn('a decoder ended during a decode', { death });
    },
  });
}
