import { isDeepStrictEqual } from 'node:util';
import {
  type BucketLocationConstraint, CreateBucketCommand, GetBucketCorsCommand, GetBucketLifecycleConfigurationCommand,
  GetBucketNotificationConfigurationCommand, GetBucketOwnershipControlsCommand, GetBucketPolicyCommand,
  GetPublicAccessBlockCommand,
  HeadBucketCommand, type LifecycleRule, PutBucketCorsCommand, PutBucketLifecycleConfigurationCommand,
  PutBucketNotificationConfigurationCommand, PutBucketOwnershipControlsCommand, PutBucketPolicyCommand,
  PutPublicAccessBlockCommand, type S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { BUCKET, buildBucketCorsRule, DEFAULTS, buildDenials, buildQueueConfiguration } from '../../src/contract';

export interface BucketOptions {
  readonly region: string;
  readonly corsOrigins: readonly string[];
  /** The queue that S3 notifies of originals, if any. */
  readonly queueArn?: string;
}

export interface EnsuredBucket {
  readonly isNew: boolean;
  /** Names of the added rules. */
  readonly added: readonly string[];
  /** Rules that the emulator does not implement. */
  readonly unsupported: readonly { readonly rule: string; readonly reason: string }[];
}

/** One property that the construct sets on its bucket. */
interface Rule {
  readonly name: string;
  isThere(): Promise<boolean>;
  put(): Promise<unknown>;
}

/** Creates the bucket if absent, and adds missing rules. Existing rules stay. */
export async function ensureBucket(
  client: S3Client, bucket: string, { region, ...options }: BucketOptions,
): Promise<EnsuredBucket> {
  const isNew = !await exists(async () => client.send(new HeadBucketCommand({ Bucket: bucket })));
  if (isNew) await create(client, bucket, region);
  const added: string[] = [];
  const unsupported: EnsuredBucket['unsupported'][number][] = [];
  for (const { name, isThere, put } of listRules(client, bucket, options)) {
    try {
      if (!isNew && await isThere()) continue;
      await put();
      added.push(name);
    } catch (error) {
      if (!isUnimplemented(error)) throw error;
      unsupported.push({ rule: name, reason: error.name });
    }
  }
  return { isNew, added, unsupported };
}

async function create(client: S3Client, Bucket: string, region: string): Promise<void> {
  // S3 rejects its default region as a constraint.
  const CreateBucketConfiguration = region === 'us-east-1'
    ? undefined
    : { LocationConstraint: region as BucketLocationConstraint };
  await client.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration }));
}

/** Encryption is absent: by default S3 encrypts with its own keys, as the construct does. */
function listRules(client: S3Client, Bucket: string, { corsOrigins, queueArn }: Omit<BucketOptions, 'region'>): Rule[] {
  const policy = {
    Version: '2012-10-17',
    Statement: buildDenials(`arn:aws:s3:::${Bucket}`, DEFAULTS.URL_TTL_SECONDS * 1000),
  };
  const abandoned: LifecycleRule = {
    // S3 generates a missing ID, but LocalStack rejects the rule.
    ID: 'abort-incomplete-uploads',
    Status: 'Enabled',
    Filter: { Prefix: '' },
    AbortIncompleteMultipartUpload: { DaysAfterInitiation: BUCKET.ABORT_INCOMPLETE_UPLOAD_DAYS },
  };
  const ownership = { Rules: [{ ObjectOwnership: BUCKET.OBJECT_OWNERSHIP }] };
  return [
    buildRule('the block of public access',
      async () => client.send(new GetPublicAccessBlockCommand({ Bucket })),
      async () => client.send(
        new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration: BUCKET.PUBLIC_ACCESS_BLOCK }),
      )),
    buildRule('ownership by the bucket owner',
      async () => client.send(new GetBucketOwnershipControlsCommand({ Bucket })),
      async () => client.send(new PutBucketOwnershipControlsCommand({ Bucket, OwnershipControls: ownership }))),
    buildRule('the lifecycle rule',
      async () => client.send(new GetBucketLifecycleConfigurationCommand({ Bucket })),
      async () => client.send(
        new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules: [abandoned] } }),
      )),
    buildRule('the bucket policy',
      async () => client.send(new GetBucketPolicyCommand({ Bucket })),
      async () => client.send(new PutBucketPolicyCommand({ Bucket, Policy: JSON.stringify(policy) }))),
    ...(corsOrigins.length > 0 ? [buildCorsRule(client, Bucket, corsOrigins)] : []),
    ...(queueArn !== undefined ? [buildNotificationRule(client, Bucket, queueArn)] : []),
  ];
}

function buildRule(name: string, look: () => Promise<unknown>, put: Rule['put']): Rule {
  return { name, isThere: async () => exists(look), put };
}

/** An option sets this rule, so it is replaced if the option changes. */
function buildCorsRule(client: S3Client, Bucket: string, corsOrigins: readonly string[]): Rule {
  const wanted = buildBucketCorsRule(corsOrigins);
  const look = async () => client.send(new GetBucketCorsCommand({ Bucket }));
  const readOrigins = async () => (await look()).CORSRules?.map(({ AllowedOrigins }) => AllowedOrigins);
  return {
    name: 'the CORS rule',
    isThere: async () => await exists(look) && isDeepStrictEqual(await readOrigins(), [wanted.AllowedOrigins]),
    put: async () => client.send(new PutBucketCorsCommand({ Bucket, CORSConfiguration: { CORSRules: [wanted] } })),
  };
}

/** Includes existing notifications, because the PUT replaces all of them. */
function buildNotificationRule(client: S3Client, Bucket: string, queueArn: string): Rule {
  const readNotifications = async () => client.send(new GetBucketNotificationConfigurationCommand({ Bucket }));
  return {
    name: 'the notification of new originals',
    isThere: async () =>
      ((await readNotifications()).QueueConfigurations ?? []).some(({ QueueArn }) => QueueArn === queueArn),
    put: async () => {
      const { $metadata, QueueConfigurations = [], ...others } = await readNotifications();
      const NotificationConfiguration = {
        ...others,
        QueueConfigurations: [...QueueConfigurations, buildQueueConfiguration(queueArn)],
      };
      return client.send(new PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration }));
    },
  };
}

/** S3 answers 404 for a missing bucket, and for a missing rule. */
async function exists(look: () => Promise<unknown>): Promise<boolean> {
  try {
    await look();
    return true;
  } catch (error) {
    if (error instanceof S3ServiceException && error.$metadata.httpStatusCode === 404) return false;
    throw error;
  }
}

function isUnimplemented(error: unknown): error is S3ServiceException {
  return error instanceof S3ServiceException && [405, 501].includes(error.$metadata.httpStatusCode ?? 0);
}
