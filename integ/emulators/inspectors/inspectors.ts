import * as apiGateway from './api-gateway';
import * as cloudfront from './cloudfront';
import { table } from './dynamodb';
import { rule } from './events';
import { policy, role } from './iam';
import type { Inspector } from './inspector';
import { eventSourceMapping, functionUrl, permission, zipFunction } from './lambda';
import { logGroup } from './logs';
import { bucket, bucketPolicy } from './s3';
import { queue, queuePolicy } from './sqs';

/** Inspectors by resource type. The table must have every type of the template. */
export const INSPECTORS: Readonly<Record<string, Inspector>> = {
  'AWS::ApiGateway::Account': apiGateway.account,
  'AWS::ApiGateway::Deployment': apiGateway.deployment,
  'AWS::ApiGateway::GatewayResponse': apiGateway.gatewayResponse,
  'AWS::ApiGateway::Method': apiGateway.method,
  'AWS::ApiGateway::Model': apiGateway.model,
  'AWS::ApiGateway::Resource': apiGateway.resource,
  'AWS::ApiGateway::RestApi': apiGateway.restApi,
  'AWS::ApiGateway::Stage': apiGateway.stage,
  'AWS::CloudFront::CachePolicy': cloudfront.cachePolicy,
  'AWS::CloudFront::Distribution': cloudfront.distribution,
  'AWS::CloudFront::Function': cloudfront.viewerFunction,
  'AWS::CloudFront::OriginAccessControl': cloudfront.originAccessControl,
  'AWS::CloudFront::ResponseHeadersPolicy': cloudfront.responseHeadersPolicy,
  'AWS::DynamoDB::Table': table,
  'AWS::Events::Rule': rule,
  'AWS::IAM::Policy': policy,
  'AWS::IAM::Role': role,
  'AWS::Lambda::EventSourceMapping': eventSourceMapping,
  'AWS::Lambda::Function': zipFunction,
  'AWS::Lambda::Permission': permission,
  'AWS::Lambda::Url': functionUrl,
  'AWS::Logs::LogGroup': logGroup,
  'AWS::S3::Bucket': bucket,
  'AWS::S3::BucketPolicy': bucketPolicy,
  'AWS::SQS::Queue': queue,
  'AWS::SQS::QueuePolicy': queuePolicy,
};
