import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { type BucketOptions, ensureBucket, type EnsuredBucket } from './bucket';
import { ensureQueues } from './queues';
import { waitUntilReachable } from './reachable';
import { ensureTable } from './table';
import type { Step } from '../backends/backend';
import type { Emulator } from '../backends/emulator';
import type { Queues } from '../backends/place';

export interface ResourceOptions {
  readonly corsOrigins: readonly string[];
  /** Whether there are to be queues. */
  readonly processing: boolean;
  /** How long to wait for the place to answer. Milliseconds. */
  readonly waitMs: number;
  /** Takes what a person is to know while nothing happens. */
  readonly announce?: (text: string) => void;
  readonly step: Step;
}

/** Makes queues, bucket and table where they are absent, as the construct would, and tells of each whether it was. */
export async function createResources(emulator: Emulator, options: ResourceOptions): Promise<Queues | undefined> {
  const { region, credentials, storageUrl, tableUrl, queueEndpoint } = emulator;
  const { corsOrigins, processing, waitMs, announce, step } = options;
  const clients = {
    queues: new SQSClient({ endpoint: queueEndpoint, region, credentials, useQueueUrlAsEndpoint: false }),
    storage: new S3Client({ endpoint: storageUrl, region, credentials, forcePathStyle: true }),
    tables: new DynamoDBClient({ endpoint: tableUrl, region, credentials }),
  };
  try {
    for (const url of new Set([storageUrl, tableUrl, ...processing ? [queueEndpoint] : []])) {
      await step(`wait for ${url}`, async () => waitUntilReachable(url, waitMs, announce));
    }
    // The queue first: S3 tries what it is to notify.
    const queues = processing ? await createQueues(clients.queues, emulator, step) : undefined;
    await createBucket(clients.storage, emulator, { region, corsOrigins, queueArn: queues?.queueArn }, step);
    await createTable(clients.tables, emulator, step);
    return queues?.queues;
  } finally {
    Object.values(clients).forEach(client => client.destroy());
  }
}

async function createQueues(client: SQSClient, { queue, queueEndpoint: endpoint }: Emulator, step: Step) {
  const ensure = async () => ensureQueues(client, queue).catch(explainFailure(`queue ${queue} at ${endpoint}`));
  const ensured = await step(({ isNew }) => describeResource(`queue ${queue}`, isNew), ensure);
  return { queueArn: ensured.queueArn, queues: { ...ensured.queues, endpoint } };
}

async function createBucket(client: S3Client, { bucket, storageUrl }: Emulator, options: BucketOptions, step: Step): Promise<void> {
  const ensure = async () => ensureBucket(client, bucket, options).catch(explainFailure(`bucket ${bucket} at ${storageUrl}`));
  await step(ensured => describeBucket(bucket, ensured), ensure);
}

async function createTable(client: DynamoDBClient, { table, tableUrl }: Emulator, step: Step): Promise<void> {
  await step(isNew => describeResource(`table ${table}`, isNew), async () => ensureTable(client, table).catch(explainFailure(`table ${table} at ${tableUrl}`)));
}

function describeResource(thing: string, isNew: boolean): string {
  return isNew ? `created the ${thing}` : `the ${thing} is there already`;
}

function describeBucket(name: string, { isNew, added, unsupported: refused }: EnsuredBucket): string {
  return [
    describeResource(`bucket ${name}`, isNew),
    ...(added.length > 0 ? [`with ${added.join(', ')}`] : []),
    ...refused.map(({ rule, reason }) => `WITHOUT ${rule}: not implemented there (${reason})`),
  ].join('; ');
}

/** The SDK's errors name neither what was asked for nor where; to HEAD, S3 answers with a status and no word. */
function explainFailure(subject: string): (error: unknown) => never {
  return error => {
    const { name, message, $metadata } = error as Error & { $metadata?: { httpStatusCode?: number } };
    if (!$metadata) throw error;
    throw new Error(`the ${subject} cannot be used: ${message} (${name}, status ${$metadata.httpStatusCode})`, { cause: error });
  };
}
