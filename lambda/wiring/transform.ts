import { createLazyCdn } from './cdn';
import { systemClock } from './clock';
import { createLazyObjects } from './common';
import { createDecoderPool } from './decoders';
import { createDynamoDbClient } from '../aws/clients';
import { openImageTable } from '../aws/image-table';
import { openLeaseTable } from '../aws/leases';
import { openRejectionCache } from '../aws/rejection-cache';
import type { TransformDeps } from '../domain/deliver/transform-deps';
import { createImaging } from '../imaging/make-variants';
import { logger } from '../runtime/telemetry';
import type { TransformConfig } from '../runtime/transform-config';

/** Dependencies of on-demand variants on AWS. */
export function createTransformDeps(config: TransformConfig): TransformDeps {
  const client = createDynamoDbClient();
  return {
    table: openImageTable(client, config.table),
    objects: createLazyObjects(config),
    leases: openLeaseTable(client, config.table, systemClock.now),
    rejectionCache: openRejectionCache(client, config.table, systemClock.now),
    imaging: createImaging({
      variants: config.variants,
      limits: config.imageLimits,
      decoders: createDecoderPool(config),
    }),
    cdn: createLazyCdn(config),
    clock: systemClock,
    logger,
    leaseMs: config.timeoutMs,
  };
}
