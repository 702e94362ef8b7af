import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { ensureBucket, type EnsuredBucket } from './bucket';
import { waitUntilReachable } from './reachable';
import { ensureTable } from './table';
import type { Step } from '../backend';
import type { Place } from '../place';

export interface ResourceOptions {
  readonly corsOrigins: readonly string[];
  /** How long to wait for the place to answer. Milliseconds. */
  readonly waitMs: number;
  /** Takes what a person is to know while nothing happens. */
  readonly announce?: (text: string) => void;
  readonly step: Step;
}

/** Makes bucket and table where they are absent, as the construct would, and tells of each whether it was. */
export async function createResources(place: Place, { corsOrigins, waitMs, announce, step }: ResourceOptions): Promise<void> {
  const { region, credentials, bucket, table } = place;
  const storage = new S3Client({ endpoint: place.storageUrl, region, credentials, forcePathStyle: true });
  const tables = new DynamoDBClient({ endpoint: place.tableUrl, region, credentials });
  try {
    for (const url of new Set([place.storageUrl, place.tableUrl])) {
      await step(`wait for ${url}`, async () => waitUntilReachable(url, waitMs, announce));
    }
    await step(ensured => toldBucket(bucket, ensured), async () => ensureBucket(storage, bucket, { region, corsOrigins }).catch(failed(`bucket ${bucket} at ${place.storageUrl}`)));
    await step(isNew => told(`table ${table}`, isNew), async () => ensureTable(tables, table).catch(failed(`table ${table} at ${place.tableUrl}`)));
  } finally {
    storage.destroy();
    tables.destroy();
  }
}

function told(thing: string, isNew: boolean): string {
  return isNew ? `created the ${thing}` : `the ${thing} is there already`;
}

function toldBucket(name: string, { isNew, added, refused }: EnsuredBucket): string {
  return [
    told(`bucket ${name}`, isNew),
    ...(added.length > 0 ? [`with ${added.join(', ')}`] : []),
    ...refused.map(({ rule, reason }) => `WITHOUT ${rule}: not implemented there (${reason})`),
  ].join('; ');
}

/** The SDK's errors name neither what was asked for nor where; to HEAD, S3 answers with a status and no word. */
function failed(subject: string): (error: unknown) => never {
  return error => {
    const { name, message, $metadata } = error as Error & { $metadata?: { httpStatusCode?: number } };
    if (!$metadata) throw error;
    throw new Error(`the ${subject} cannot be used: ${message} (${name}, status ${$metadata.httpStatusCode})`, { cause: error });
  };
}
