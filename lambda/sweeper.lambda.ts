import type { Context } from 'aws-lambda';
import type { UrlSigner } from './domain/ports';
import { sweep, type Swept } from './domain/sweep';
import { readCommonConfig } from './runtime/config';
import { logger, publishMetrics } from './runtime/telemetry';
import { awsDeps } from './wiring';

/** A sweeper hands out no URLs. */
const noSigner: UrlSigner = {
  upload: () => Promise.reject(new Error('the sweeper signs no uploads')),
  download: () => Promise.reject(new Error('the sweeper signs no downloads')),
};

const deps = awsDeps(readCommonConfig(process.env), noSigner);

/** Time kept back to finish the row under way before Lambda ends the function (milliseconds). */
const RESERVE_MS = 15_000;

export async function handler(_event: unknown, context: Pick<Context, 'getRemainingTimeInMillis'>): Promise<Swept> {
  const swept = await sweep(deps, deps.world.now() + context.getRemainingTimeInMillis() - RESERVE_MS);
  publishMetrics();
  logger.info('swept', { ...swept });
  return swept;
}
