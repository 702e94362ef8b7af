import { lazyCdn } from './cdn';
import { systemClock } from './clock';
import { lazyObjects } from './common';
import { decoderPool } from './decoders';
import { dynamoDb } from '../aws/clients';
import { imageTable } from '../aws/image-table';
import { tableOfLeases } from '../aws/leases';
import { createRejectionCache } from '../aws/rejection-cache';
import type { TransformDeps } from '../domain/deliver/transform-deps';
import { imaging } from '../imaging/make-variants';
import { logger } from '../runtime/telemetry';
import type { TransformConfig } from '../runtime/transform-config';

/** Everything that a variant is made through when somebody asks for it, on AWS. */
export function transformDeps(config: TransformConfig): TransformDeps {
  const client = dynamoDb();
  return {
    table: imageTable(client, config.table),
    objects: lazyObjects(config),
    leases: tableOfLeases(client, config.table, systemClock.now),
    rejectionCache: createRejectionCache(client, config.table, systemClock.now),
    imaging: imaging({ variants: config.variants, limits: config.imageLimits, decoders: decoderPool(config) }),
    cdn: lazyCdn(config),
    clock: systemClock,
    logger,
    leaseMs: config.timeoutMs,
  };
}
