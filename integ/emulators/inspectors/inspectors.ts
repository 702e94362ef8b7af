import * as apiGateway from './api-gateway';
import * as cloudfront from './cloudfront';
import * as cloudwatch from './cloudwatch';
import { inspectTable } from './dynamodb';
import { inspectEventBus, inspectRule } from './events';
import { inspectPolicy, inspectRole } from './iam';
import type { Inspector } from './inspector';
import { inspectEventSourceMapping, inspectFunctionUrl, inspectPermission, inspectZipFunction } from './lambda';
import { logGroup, metricFilter } from './logs';
import { inspectBucket, inspectBucketPolicy } from './s3';
import { queue, queuePolicy } from './sqs';

/** Inspectors by resource type. The table must have every type of the template. */
export const INSPECTORS: Readonly<Record<string, Inspector>> = {
  'AWS::ApiGateway::Account': apiGateway.inspectAccount,
  'AWS::ApiGateway::Authorizer': apiGateway.inspectAuthorizer,
  'AWS::ApiGateway::Deployment': apiGateway.inspectDeployment,
  'AWS::ApiGateway::GatewayResponse': apiGateway.inspectGatewayResponse,
  'AWS::ApiGateway::Method': apiGateway.inspectMethod,
  'AWS::ApiGateway::Model': apiGateway.inspectModel,
  'AWS::ApiGateway::Resource': apiGateway.inspectResource,
  'AWS::ApiGateway::RestApi': apiGateway.inspectRestApi,
  'AWS::ApiGateway::Stage': apiGateway.inspectStage,
  'AWS::CloudFront::CachePolicy': cloudfront.inspectCachePolicy,
  'AWS::CloudFront::Distribution': cloudfront.inspectDistribution,
  'AWS::CloudFront::Function': cloudfront.inspectViewerFunction,
  'AWS::CloudFront::OriginAccessControl': cloudfront.inspectOriginAccessControl,
  'AWS::CloudFront::ResponseHeadersPolicy': cloudfront.inspectResponseHeadersPolicy,
  'AWS::CloudWatch::Alarm': cloudwatch.inspectAlarm,
  'AWS::CloudWatch::CompositeAlarm': cloudwatch.inspectCompositeAlarm,
  'AWS::CloudWatch::Dashboard': cloudwatch.inspectDashboard,
  'AWS::DynamoDB::Table': inspectTable,
  'AWS::Events::EventBus': inspectEventBus,
  'AWS::Events::Rule': inspectRule,
  'AWS::IAM::Policy': inspectPolicy,
  'AWS::IAM::Role': inspectRole,
  'AWS::Lambda::EventSourceMapping': inspectEventSourceMapping,
  'AWS::Lambda::Function': inspectZipFunction,
  'AWS::Lambda::Permission': inspectPermission,
  'AWS::Lambda::Url': inspectFunctionUrl,
  'AWS::Logs::LogGroup': logGroup,
  'AWS::Logs::MetricFilter': metricFilter,
  'AWS::S3::Bucket': inspectBucket,
  'AWS::S3::BucketPolicy': inspectBucketPolicy,
  'AWS::SQS::Queue': queue,
  'AWS::SQS::QueuePolicy': queuePolicy,
};
