import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Context } from 'aws-lambda';
import { openDefinitionStore } from './aws/definitions-bucket';
import { refresh, type Refreshed } from './clamav/refresh';
import { readRefreshConfig } from './runtime/clamav-config';
import { runInvocation } from './runtime/invocation';
import { logger } from './runtime/telemetry';
import { reportDefinitionsAge } from './wiring/scan';

const { definitionsBucket: bucket, forcePathStyle, mirror } = readRefreshConfig(process.env);
const store = openDefinitionStore(bucket, forcePathStyle);

/** Time kept back to upload some hundred megabytes to the bucket (milliseconds). */
const RESERVE_MS = 60_000;

export async function handler(_event: unknown, context: Pick<Context, 'getRemainingTimeInMillis'>): Promise<Refreshed> {
  const milliseconds = Math.max(1, context.getRemainingTimeInMillis() - RESERVE_MS);
  const reportBuildTime = (builtAt: number): void => reportDefinitionsAge(Date.now() - builtAt);
  const folder = join(tmpdir(), 'clamav-refresh');
  return runInvocation(context, () => refresh({ store, folder, mirror, milliseconds, log: logger, reportBuildTime }));
}
