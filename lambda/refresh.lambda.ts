import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Context } from 'aws-lambda';
import { definitionsBucket } from './aws/definitions-bucket';
import { MIRROR } from './clamav/freshclam';
import { refresh, type Refreshed } from './clamav/refresh';
import { readDefinitionsConfig } from './runtime/clamav-config';
import { logger } from './runtime/telemetry';

const config = readDefinitionsConfig(process.env);
const store = definitionsBucket(config.definitionsBucket, config.forcePathStyle);

/** Time kept back to put some hundred megabytes into the bucket (milliseconds). */
const RESERVE_MS = 60_000;

export async function handler(_event: unknown, context: Pick<Context, 'getRemainingTimeInMillis'>): Promise<Refreshed> {
  const milliseconds = Math.max(1, context.getRemainingTimeInMillis() - RESERVE_MS);
  return refresh({ store, folder: join(tmpdir(), 'clamav-refresh'), mirror: MIRROR, milliseconds, log: logger });
}
