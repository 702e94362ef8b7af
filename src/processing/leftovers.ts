import { CustomResource, Duration, Size } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { LeftoversProperties } from '../contract';
import type { FunctionSettings } from '../private/function-settings';
import { HandlerFunction } from '../private/handler-function';
import { suppress, acceptWildcard } from '../private/nag';

export interface LeftoversProps {
  readonly functionSettings: FunctionSettings;
  readonly bucket: s3.IBucket;
  /** Prefixes of objects that only the scanner writes. */
  readonly prefixes?: string[];
  /** One object that the scanner writes. */
  readonly key?: string;
}

/**
 * Deletes the objects of a scanner when the scanner is removed: with the stack, by an update, or after a failed first
 * deployment. CloudFormation deletes empty buckets only, and cannot empty them. It deletes dependents of this construct
 * before it, so writers must depend on it. It deletes the bucket after it.
 */
export class Leftovers extends Construct {
  public readonly function: lambda.Function;

  constructor(scope: Construct, id: string, { functionSettings, bucket, prefixes, key }: LeftoversProps) {
    super(scope, id);
    this.function = new HandlerFunction(this, 'Handler', {
      handler: 'leftovers',
      description: 'Image service: deletes the objects of a removed scanner',
      functionSettings,
      memory: Size.mebibytes(256),
      timeout: Duration.minutes(5),
    }).function;
    for (const keys of key ? [key] : prefixes!.map(prefix => `${prefix}*`)) this.grant(bucket, keys);
    if (prefixes) this.grantList(bucket, prefixes);
    const properties: LeftoversProperties = { Bucket: bucket.bucketName, Prefixes: prefixes, Key: key };
    new CustomResource(this, 'Objects', {
      serviceToken: this.function.functionArn,
      serviceTimeout: Duration.minutes(10),
      resourceType: 'Custom::ImageServiceScannerObjects',
      properties,
    });
  }

  private grant(bucket: s3.IBucket, keys: string): void {
    this.function.addToRolePolicy(
      new iam.PolicyStatement({ actions: ['s3:DeleteObject'], resources: [bucket.arnForObjects(keys)] }),
    );
    if (keys.endsWith('*')) {
      suppress(
        this.function.role!,
        acceptWildcard(`/${keys}`, 'The prefix contains objects of the scanner only.'),
      );
    }
  }

  private grantList(bucket: s3.IBucket, prefixes: string[]): void {
    const conditions = { StringEquals: { 's3:prefix': prefixes } };
    this.function.addToRolePolicy(
      new iam.PolicyStatement({ actions: ['s3:ListBucket'], resources: [bucket.bucketArn], conditions }),
    );
  }
}
