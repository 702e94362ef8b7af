import { createLazyCdn } from './cdn';
import { systemClock } from './clock';
import { createLazyObjects } from './common';
import { createDecodingImaging } from './decoders';
import { traceCdn, traceLeases, traceRejectionCache, traceTable } from './traced';
import { createDynamoDbClient } from '../aws/clients';
import { openImageTable } from '../aws/image-table';
import { openLeaseTable } from '../aws/leases';
import { openRejectionCache } from '../aws/rejection-cache';
import type { TransformDeps } from '../domain/deliver/transform-deps';
import { logger } from '../runtime/telemetry';
import type { TransformConfig } from '../runtime/transform-config';

/** Dependencies of on-demand variants on AWS. */
export function createTransformDeps(config: TransformConfig): TransformDeps {
  const client = createDynamoDbClient();
  const cdn = createLazyCdn(config);
  return {
    table: traceTable(openImageTable(client, config.table)),
    objects: createLazyObjects(config),
    leases: traceLeases(openLeaseTable(client, config.table, systemClock.now)),
    rejectionCache: traceRejectionCache(openRejectionCache(client, config.table, systemClock.now)),
    imaging: createDecodingImaging(config),
    cdn: cdn && traceCdn(cdn),
    clock: systemClock,
    logger,
    leaseMs: config.timeoutMs,
  };
}
