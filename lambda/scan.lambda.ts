import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Context } from 'aws-lambda';
import { definitionsBucket } from './aws/definitions-bucket';
import { scannedObjects } from './aws/scanned-objects';
import { Definitions } from './clamav/definitions';
import { Engine } from './clamav/engine';
import { scanObject } from './clamav/scan-object';
import { readScanConfig } from './runtime/clamav-config';
import { logger } from './runtime/telemetry';
import type { ScanAnswer, ScanRequest } from '../src/contract';

const config = readScanConfig(process.env);
const folder = join(tmpdir(), 'clamav');

const definitions = new Definitions(
  definitionsBucket(config.definitionsBucket, config.forcePathStyle), join(folder, 'definitions'), config.maxDefinitionsAgeMs, logger,
);
const deps = {
  objects: scannedObjects(config.bucket, config.forcePathStyle),
  engine: new Engine(definitions, folder, config.maxBytes),
  maxBytes: config.maxBytes,
  log: logger,
  now: () => Date.now(),
};

/** Time kept back to write the result on the object before Lambda ends the function (milliseconds). */
const RESERVE_MS = 10_000;

export async function handler(request: ScanRequest, context: Pick<Context, 'getRemainingTimeInMillis'>): Promise<ScanAnswer> {
  const answer = await scanObject(deps, request, deps.now() + context.getRemainingTimeInMillis() - RESERVE_MS);
  logger.info('scanned', { object_key: request.object_key, ...answer });
  return answer;
}
