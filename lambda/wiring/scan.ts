import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { METRICS } from '../../src/contract';
import { openDefinitionStore } from '../aws/definitions-bucket';
import { openScannedObjects } from '../aws/scanned-objects';
import { Definitions } from '../clamav/definitions';
import { Engine } from '../clamav/engine';
import type { ScanDeps } from '../clamav/scan-object';
import type { readScanConfig } from '../runtime/clamav-config';
import { logger, measureSeconds } from '../runtime/telemetry';

/** Dependencies of a scan on AWS. */
export function createScanDeps({ definitionsBucket: bucket, ...config }: ReturnType<typeof readScanConfig>): ScanDeps {
  const folder = join(tmpdir(), 'clamav');
  const store = openDefinitionStore(bucket, config.forcePathStyle);
  const definitions = new Definitions(
    store, join(folder, 'definitions'), config.maxDefinitionsAgeMs, logger, reportDefinitionsAge,
  );
  return {
    objects: openScannedObjects(config.bucket, config.forcePathStyle),
    engine: new Engine(definitions, folder, config.maxBytes),
    maxBytes: config.maxBytes,
    log: logger,
    now: () => Date.now(),
  };
}

export function reportDefinitionsAge(ageMs: number): void {
  measureSeconds(METRICS.DEFINITIONS_AGE, Math.round(ageMs / 1000));
}
