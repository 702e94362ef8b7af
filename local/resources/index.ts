import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { type BucketOptions, ensureBucket, type EnsuredBucket } from './bucket';
import { ensureQueues } from './queues';
import { waitUntilReachable } from './reachable';
import { ensureTable } from './table';
import type { Emulator } from '../emulator';
import type { Queues } from '../place';
import type { Step } from '../step';

export interface ResourceOptions {
  readonly corsOrigins: readonly string[];
  /** Whether to create queues. */
  readonly processing: boolean;
  /** How long to wait for the first answer. Milliseconds. */
  readonly waitMs: number;
  /** Prints a message while it waits. */
  readonly announce?: (text: string) => void;
  readonly step: Step;
}

/** Creates missing queues, bucket and table as the construct does, and reports each step. */
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
    // The queue comes first: S3 sends it a test message.
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

async function createBucket(
  client: S3Client, { bucket, storageUrl }: Emulator, options: BucketOptions, step: Step,
): Promise<void> {
  const ensure = async () =>
    ensureBucket(client, bucket, options).catch(explainFailure(`bucket ${bucket} at ${storageUrl}`));
  await step(ensured => describeBucket(bucket, ensured), ensure);
}

async function createTable(client: DynamoDBClient, { table, tableUrl }: Emulator, step: Step): Promise<void> {
  await step(
    isNew => describeResource(`table ${table}`, isNew),
    async () => ensureTable(client, table).catch(explainFailure(`table ${table} at ${tableUrl}`)),
  );
}

function describeResource(name: string, isNew: boolean): string {
  return isNew ? `created the ${name}` : `the ${name} exists already`;
}

function describeBucket(name: string, { isNew, added, unsupported }: EnsuredBucket): string {
  return [
    describeResource(`bucket ${name}`, isNew),
    ...(added.length > 0 ? [`added ${added.join(', ')}`] : []),
    ...unsupported.map(({ rule, reason }) => `SKIPPED ${rule}: not implemented by the emulator (${reason})`),
  ].join('; ');
}

/** The SDK's errors lack the resource and the endpoint, and a failed HEAD has no message. */
function explainFailure(subject: string): (error: unknown) => never {
  return error => {
    const { name, message, $metadata } = error as Error & { $metadata?: { httpStatusCode?: number } };
    if (!$metadata) throw error;
    throw new Error(`the ${subject} cannot be used: ${message} (${name}, status ${$metadata.httpStatusCode})`, {
      cause: error,
    });
  };
}
