import { DescribeTableCommand, DescribeTimeToLiveCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  GetBucketCorsCommand, GetBucketLifecycleConfigurationCommand, GetBucketOwnershipControlsCommand,
  GetBucketPolicyCommand,
  GetPublicAccessBlockCommand, type S3Client,
} from '@aws-sdk/client-s3';
import { Delivery, UploadRules } from '../../../src';
import { synthesize } from '../../construct/synth';

interface CorsRuleOfTemplate {
  readonly AllowedHeaders: string[];
  readonly AllowedMethods: string[];
  readonly AllowedOrigins: string[];
  readonly ExposedHeaders: string[];
  readonly MaxAge: number;
}

/** Checks that the configuration of a bucket equals the template of the construct. */
export async function expectBucketAsConstructed(
  client: S3Client, Bucket: string, corsOrigins: string[],
): Promise<void> {
  const stack = synthesize({ uploads: UploadRules.of({ corsOrigins }), delivery: Delivery.presignedOnly() });
  const { PublicAccessBlockConfiguration, OwnershipControls, LifecycleConfiguration, CorsConfiguration } = stack.one(
    'AWS::S3::Bucket',
  ).Properties;
  const { Statement } = stack.one('AWS::S3::BucketPolicy').Properties.PolicyDocument as { Statement: object };
  const { Policy } = await client.send(new GetBucketPolicyCommand({ Bucket }));
  expect((JSON.parse(Policy!) as { Statement: object }).Statement).toEqual(
    withArn(Statement, `arn:aws:s3:::${Bucket}`),
  );
  expect(await client.send(new GetPublicAccessBlockCommand({ Bucket }))).toMatchObject({
    PublicAccessBlockConfiguration,
  });
  expect(await client.send(new GetBucketOwnershipControlsCommand({ Bucket }))).toMatchObject({ OwnershipControls });
  // On an emulator no variants are made on demand, so their expiry rule is absent.
  const rules = (LifecycleConfiguration.Rules as { readonly TagFilters?: object }[]).filter(
    ({ TagFilters }) => TagFilters === undefined,
  );
  expect((await client.send(new GetBucketLifecycleConfigurationCommand({ Bucket }))).Rules).toMatchObject(rules);
  expect((await client.send(new GetBucketCorsCommand({ Bucket }))).CORSRules).toEqual(
    (CorsConfiguration.CorsRules as CorsRuleOfTemplate[])
      .map(
        ({ ExposedHeaders, MaxAge, ...rest }) => ({ ...rest, ExposeHeaders: ExposedHeaders, MaxAgeSeconds: MaxAge }),
      ),
  );
}

export async function expectTableAsConstructed(client: DynamoDBClient, TableName: string): Promise<void> {
  const { KeySchema, AttributeDefinitions, GlobalSecondaryIndexes, TimeToLiveSpecification } = synthesize().one(
    'AWS::DynamoDB::Table',
  ).Properties;
  const { Table } = await client.send(new DescribeTableCommand({ TableName }));
  expect(Table).toMatchObject({ TableStatus: 'ACTIVE', KeySchema });
  expect(sorted(Table!.AttributeDefinitions!)).toEqual(sorted(AttributeDefinitions as Named[]));
  expect(sorted(Table!.GlobalSecondaryIndexes!)).toMatchObject(sorted(GlobalSecondaryIndexes as Named[]));
  const { TimeToLiveDescription } = await client.send(new DescribeTimeToLiveCommand({ TableName }));
  expect(TimeToLiveDescription).toMatchObject({
    TimeToLiveStatus: 'ENABLED',
    AttributeName: TimeToLiveSpecification.AttributeName as string,
  });
}

interface Named { readonly AttributeName?: string; readonly IndexName?: string }

/** The services do not keep the order of these lists. */
function sorted(things: readonly Named[]): readonly Named[] {
  const readName = ({ AttributeName, IndexName }: Named): string => AttributeName ?? IndexName ?? '';
  return [...things].sort((a, b) => readName(a).localeCompare(readName(b)));
}

/** The template names the bucket by a reference that CloudFormation resolves. */
function withArn(value: unknown, arn: string): unknown {
  if (Array.isArray(value)) return value.map(item => withArn(item, arn));
  if (typeof value !== 'object' || value === null) return value;
  const { 'Fn::GetAtt': attribute, 'Fn::Join': join } = value as {
    'Fn::GetAtt'?: string[];
    'Fn::Join'?: [string, unknown[]];
  };
  if (attribute) return arn;
  if (join) return join[1].map(part => withArn(part, arn)).join(join[0]);
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, withArn(part, arn)]));
}
