import {
  CloudFormationClient, DescribeStackResourcesCommand, DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import {
  CloudWatchLogsClient, FilterLogEventsCommand, type FilterLogEventsCommandOutput, paginateDescribeLogGroups,
} from '@aws-sdk/client-cloudwatch-logs';
import { DeleteObjectCommand, paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';
import { GetCallerIdentityCommand, AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import type { Progress } from './progress';
import type { SigningIdentity } from '../../test/environments/sigv4';

/** Options that an AWS SDK client needs to reach the emulator. */
export interface ClientOptions {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly requestHandler?: { readonly httpsAgent: { readonly ca: Buffer } };
}

/** Physical names of all resources of a stack, by logical id. */
export async function listResources(options: ClientOptions, stackName: string): Promise<Record<string, string>> {
  const client = new CloudFormationClient(options);
  const { StackResources = [] } = await client.send(new DescribeStackResourcesCommand({ StackName: stackName }));
  return Object.fromEntries(
    StackResources.map(({ LogicalResourceId, PhysicalResourceId }) => [LogicalResourceId!, PhysicalResourceId!]),
  );
}

export async function doesStackExist(options: ClientOptions, stackName: string): Promise<boolean> {
  const client = new CloudFormationClient(options);
  const stacks = await client.send(new DescribeStacksCommand({ StackName: stackName })).then(
    ({ Stacks = [] }) => Stacks, (error: Error) => {
      if (error.message.includes('does not exist')) return [];
      throw error;
    },
  );
  return stacks.some(({ StackStatus }) => StackStatus !== 'DELETE_COMPLETE');
}

/** Empties the bucket, because S3 deletes no bucket that has objects. */
export async function emptyBucket(options: ClientOptions, bucket: string): Promise<void> {
  const client = new S3Client({ ...options, forcePathStyle: true });
  for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket: bucket })) {
    await Promise.all(Contents.map(async ({ Key }) => client.send(new DeleteObjectCommand({ Bucket: bucket, Key }))));
  }
}

/** Credentials of a role of this account, valid for an hour. */
export async function assumeRole(options: ClientOptions, roleName: string): Promise<SigningIdentity> {
  const client = new STSClient(options);
  const { Account } = await client.send(new GetCallerIdentityCommand({}));
  const { Credentials } = await client.send(
    new AssumeRoleCommand({ RoleArn: `arn:aws:iam::${Account}:role/${roleName}`, RoleSessionName: 'integ' }),
  );
  return {
    accessKeyId: Credentials!.AccessKeyId!,
    secretAccessKey: Credentials!.SecretAccessKey!,
    sessionToken: Credentials!.SessionToken,
  };
}

/** The functions' log, to help find the cause of a failure. */
export const FUNCTION_LOG = 'functions.log';

export async function keepFunctionLogs(options: ClientOptions, progress: Progress): Promise<string> {
  const client = new CloudWatchLogsClient(options);
  const { path, write } = progress.log(FUNCTION_LOG);
  for await (const { logGroups = [] } of paginateDescribeLogGroups({ client }, {})) {
    for (const { logGroupName } of logGroups) {
      write(`== ${logGroupName}\n`);
      await listPages(client, logGroupName!, text => write(text));
    }
  }
  return path;
}

/** By time: MiniStack returns the oldest 10 000 events, without a token for more. */
async function listPages(
  client: CloudWatchLogsClient, logGroupName: string, write: (text: string) => void,
): Promise<void> {
  for (let startTime: number | undefined = 0; startTime !== undefined;) {
    const { events = [] }: FilterLogEventsCommandOutput = await client.send(
      new FilterLogEventsCommand({ logGroupName, startTime }),
    );
    write(events.map(({ message }) => `${message?.trimEnd()}\n`).join(''));
    const last = events.at(-1)?.timestamp;
    startTime = events.length >= LOG_PAGE && last !== undefined ? last + 1 : undefined;
  }
}

/** The maximum number of events that FilterLogEvents returns. */
const LOG_PAGE = 10_000;
