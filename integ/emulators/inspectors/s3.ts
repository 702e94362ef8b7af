import {
  GetBucketCorsCommand, GetBucketEncryptionCommand, GetBucketLifecycleConfigurationCommand,
  GetBucketNotificationConfigurationCommand,
  GetBucketOwnershipControlsCommand, GetBucketPolicyCommand, GetPublicAccessBlockCommand,
  ListBucketMetricsConfigurationsCommand, S3Client,
} from '@aws-sdk/client-s3';
import type { Resource } from './inspector';
import { buildClientOptions, readDeployment } from '../deployment';

const client = new S3Client({ ...buildClientOptions(readDeployment()), forcePathStyle: true });

export async function inspectBucket({ id: Bucket }: Resource) {
  return {
    BucketEncryption: await inspectEncryption(Bucket),
    CorsConfiguration: await inspectCors(Bucket),
    LifecycleConfiguration: await inspectLifecycle(Bucket),
    MetricsConfigurations: await inspectRequestMetrics(Bucket),
    NotificationConfiguration: await inspectNotifications(Bucket),
    OwnershipControls: (await emptyIfAbsent(
      client.send(new GetBucketOwnershipControlsCommand({ Bucket })),
    )).OwnershipControls,
    PublicAccessBlockConfiguration: (await emptyIfAbsent(
      client.send(new GetPublicAccessBlockCommand({ Bucket })),
    )).PublicAccessBlockConfiguration,
  };
}

async function inspectEncryption(Bucket: string) {
  const { ServerSideEncryptionConfiguration } = await emptyIfAbsent(
    client.send(new GetBucketEncryptionCommand({ Bucket })),
  );
  return {
    ServerSideEncryptionConfiguration: ServerSideEncryptionConfiguration?.Rules?.map(
      ({ ApplyServerSideEncryptionByDefault, ...same }) =>
        ({ ...same, ServerSideEncryptionByDefault: ApplyServerSideEncryptionByDefault }),
    ),
  };
}

async function inspectCors(Bucket: string) {
  const { CORSRules } = await emptyIfAbsent(client.send(new GetBucketCorsCommand({ Bucket })));
  return CORSRules && {
    CorsRules: CORSRules.map(({ ID, ExposeHeaders, MaxAgeSeconds, ...same }) =>
      ({ ...same, Id: ID, ExposedHeaders: ExposeHeaders, MaxAge: MaxAgeSeconds })),
  };
}

async function inspectRequestMetrics(Bucket: string) {
  const { MetricsConfigurationList } = await client.send(new ListBucketMetricsConfigurationsCommand({ Bucket }));
  return MetricsConfigurationList?.map(({ Id, Filter }) => ({ Id, Prefix: Filter?.Prefix }));
}

/** S3 returns one configuration with several events per queue; the template has one configuration per event. */
async function inspectNotifications(Bucket: string) {
  const { QueueConfigurations } = await client.send(new GetBucketNotificationConfigurationCommand({ Bucket }));
  return QueueConfigurations && {
    QueueConfigurations: QueueConfigurations.flatMap(({ QueueArn, Events = [], Filter }) => Events.map(Event => ({
      Event,
      Queue: QueueArn,
      Filter: {
        S3Key: { Rules: Filter?.Key?.FilterRules?.map(({ Name, Value }) => ({ Name: Name?.toLowerCase(), Value })) },
      },
    }))),
  };
}

/** S3 gives each rule an id, and keeps its prefix in a filter. */
async function inspectLifecycle(Bucket: string) {
  const { Rules } = await emptyIfAbsent(client.send(new GetBucketLifecycleConfigurationCommand({ Bucket })));
  return Rules && { Rules: Rules.map(({ ID, Filter, Prefix = Filter?.Prefix, ...same }) => ({ ...same, Prefix })) };
}

export async function inspectBucketPolicy({ written: { Bucket } }: Resource) {
  const { Policy } = await client.send(new GetBucketPolicyCommand({ Bucket }));
  return { Bucket, PolicyDocument: JSON.parse(Policy!) as object };
}

const ABSENT = new Set([
  'NoSuchCORSConfiguration', 'NoSuchLifecycleConfiguration', 'NoSuchPublicAccessBlockConfiguration',
  'OwnershipControlsNotFoundError', 'ServerSideEncryptionConfigurationNotFoundError',
]);

/** A bucket without a configuration returns an error; so does a missing bucket. */
async function emptyIfAbsent<T extends object>(configuration: Promise<T>): Promise<Partial<T>> {
  return configuration.catch((error: Error) => {
    if (ABSENT.has(error.name)) return {};
    throw error;
  });
}
