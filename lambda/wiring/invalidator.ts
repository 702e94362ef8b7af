import { randomBytes } from 'node:crypto';
import { systemClock } from './clock';
import { traceDistribution, traceTable } from './traced';
import { createDynamoDbClient } from '../aws/clients';
import { openDistribution } from '../aws/distribution';
import { openImageTable } from '../aws/image-table';
import type { InvalidatorDeps } from '../domain/deliver/invalidate-images';
import type { InvalidatorConfig } from '../runtime/invalidator-config';
import { logger, metrics } from '../runtime/telemetry';

export function createInvalidatorDeps(config: InvalidatorConfig): InvalidatorDeps {
  return {
    table: traceTable(openImageTable(createDynamoDbClient(), config.table)),
    distribution: traceDistribution(openDistribution(config.distributionId)),
    clock: systemClock,
    randomBytes,
    logger,
    metrics,
  };
}
