import {
  GetBucketCorsCommand, GetBucketEncryptionCommand, GetBucketLifecycleConfigurationCommand, GetBucketOwnershipControlsCommand,
  GetBucketPolicyCommand, GetPublicAccessBlockCommand, S3Client,
} from '@aws-sdk/client-s3';
import type { Resource } from './inspector';
import { clientOptions, deployed } from '../deployment';

const client = new S3Client({ ...clientOptions(deployed()), forcePathStyle: true });

export async function bucket({ id: Bucket }: Resource) {
  const { ServerSideEncryptionConfiguration: encryption } = await client.send(new GetBucketEncryptionCommand({ Bucket }));
  const { OwnershipControls } = await client.send(new GetBucketOwnershipControlsCommand({ Bucket }));
  const { PublicAccessBlockConfiguration } = await client.send(new GetPublicAccessBlockCommand({ Bucket }));
  return {
    BucketEncryption: {
      ServerSideEncryptionConfiguration: encryption?.Rules?.map(({ ApplyServerSideEncryptionByDefault: byDefault, BucketKeyEnabled }) =>
        ({ ServerSideEncryptionByDefault: byDefault, BucketKeyEnabled })),
    },
    CorsConfiguration: await cors(Bucket),
    LifecycleConfiguration: await lifecycle(Bucket),
    OwnershipControls,
    PublicAccessBlockConfiguration,
  };
}

async function cors(Bucket: string) {
  const { CORSRules } = await unlessAbsent(client.send(new GetBucketCorsCommand({ Bucket })), 'NoSuchCORSConfiguration');
  return CORSRules && {
    CorsRules: CORSRules.map(({ ID, ExposeHeaders, MaxAgeSeconds, ...same }) =>
      ({ ...same, Id: ID, ExposedHeaders: ExposeHeaders, MaxAge: MaxAgeSeconds })),
  };
}

/** S3 names each rule, and keeps its prefix in a filter. */
async function lifecycle(Bucket: string) {
  const { Rules } = await unlessAbsent(client.send(new GetBucketLifecycleConfigurationCommand({ Bucket })), 'NoSuchLifecycleConfiguration');
  return Rules && { Rules: Rules.map(({ ID, Filter, Prefix = Filter?.Prefix, ...same }) => ({ ...same, Prefix })) };
}

export async function bucketPolicy({ written: { Bucket } }: Resource) {
  const { Policy } = await client.send(new GetBucketPolicyCommand({ Bucket }));
  return { Bucket, PolicyDocument: JSON.parse(Policy!) as object };
}

async function unlessAbsent<T extends object>(configuration: Promise<T>, error: string): Promise<Partial<T>> {
  return configuration.catch((reason: Error) => {
    if (reason.name === error) return {};
    throw reason;
  });
}
