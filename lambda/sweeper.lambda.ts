import type { Context } from 'aws-lambda';
import { sweep, type Swept } from './domain/sweep';
import { readSweeperConfig } from './runtime/config';
import { runInvocation } from './runtime/invocation';
import { logger, measureSeconds } from './runtime/telemetry';
import { createLazyCdn } from './wiring/cdn';
import { createAwsDeps, createNoSigner } from './wiring/common';
import { createLazyQueue } from './wiring/queue';
import { METRICS } from '../src/contract';

const config = readSweeperConfig(process.env);
const deps = createAwsDeps(config, createNoSigner('the sweeper'), {
  queue: createLazyQueue(config),
  cdn: createLazyCdn(config),
});

/** Time kept back to finish the record in progress before Lambda ends the function (milliseconds). */
const RESERVE_MS = 15_000;

export async function handler(_event: unknown, context: Pick<Context, 'getRemainingTimeInMillis'>): Promise<Swept> {
  return runInvocation(context, async () => {
    const swept = await sweep(deps, deps.clock.now() + context.getRemainingTimeInMillis() - RESERVE_MS);
    measureSeconds(METRICS.RECORD_DELAY, Math.round(swept.longestDelayMs / 1000));
    logger.info('swept', { ...swept });
    return swept;
  });
}
