import { CustomResource, RemovalPolicy, Stack, Tags } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as cr from 'aws-cdk-lib/custom-resources';
import type { IConstruct } from 'constructs';
import { COMBINATIONS, makeBucket, makeVpc } from './combinations';
import { testApp, type Resource } from './synth';
import { Compute, ImageService, type ImageServiceProps } from '../../src';

const BOUNDARY = 'arn:aws:iam::111122223333:policy/boundary';
const TAG = { Key: 'team', Value: 'photos' };

/** Types that CloudFormation can tag. A new type of the service belongs into one of these lists. */
const TAGGABLE = [
  'AWS::ApiGateway::RestApi', 'AWS::ApiGateway::Stage', 'AWS::CloudFront::Distribution', 'AWS::CloudWatch::Alarm',
  'AWS::CloudWatch::CompositeAlarm', 'AWS::DynamoDB::Table',
  'AWS::EC2::SecurityGroup', 'AWS::Events::EventBus', 'AWS::Events::Rule', 'AWS::GuardDuty::MalwareProtectionPlan', 'AWS::IAM::Role',
  'AWS::KMS::Key', 'AWS::Lambda::EventSourceMapping', 'AWS::Lambda::Function', 'AWS::Logs::LogGroup', 'AWS::S3::Bucket',
  'AWS::SQS::Queue', 'AWS::SecretsManager::Secret',
];
const NOT_TAGGABLE = [
  'AWS::ApiGateway::Account', 'AWS::ApiGateway::Authorizer', 'AWS::ApiGateway::Deployment', 'AWS::ApiGateway::GatewayResponse',
  'AWS::ApiGateway::Method', 'AWS::ApiGateway::Model', 'AWS::ApiGateway::Resource', 'AWS::CloudFront::CachePolicy',
  'AWS::CloudFront::Function', 'AWS::CloudFront::KeyGroup', 'AWS::CloudFront::OriginAccessControl',
  'AWS::CloudFront::PublicKey', 'AWS::CloudFront::ResponseHeadersPolicy', 'AWS::CloudWatch::Dashboard', 'AWS::IAM::Policy', 'AWS::Lambda::Alias',
  'AWS::Lambda::Permission', 'AWS::Lambda::Url', 'AWS::Lambda::Version', 'AWS::Logs::MetricFilter', 'AWS::Logs::QueryDefinition',
  'AWS::S3::BucketPolicy',
  'AWS::SQS::QueuePolicy', 'AWS::Scheduler::Schedule', 'Custom::ImageServiceScannerObjects',
  'Custom::ImageServiceSigningKey',
];

type Resources = [string, Resource][];

/** Synthesizes a stack under the rules of an organisation: a boundary for every role, and a tag. */
function synthesizeGoverned(
  props: (stack: Stack) => ImageServiceProps, scope: 'stack' | 'service', arrange: (stack: Stack) => void = () => undefined,
): Resources {
  const stack = new Stack(testApp(), 'Stack');
  const service = new ImageService(stack, 'Images', props(stack));
  arrange(stack);
  govern(scope === 'stack' ? stack : service);
  return Object.entries(Template.fromStack(stack).toJSON().Resources as Record<string, Resource>);
}

function govern(scope: IConstruct): void {
  iam.PermissionsBoundary.of(scope).apply(iam.ManagedPolicy.fromManagedPolicyArn(scope as Stack, 'Boundary', BOUNDARY));
  Tags.of(scope).add(TAG.Key, TAG.Value);
}

const listUnbound = (resources: Resources) => resources
  .filter(([, { Type, Properties }]) => Type === 'AWS::IAM::Role' && Properties.PermissionsBoundary !== BOUNDARY)
  .map(([id]) => id);

/** DynamoDB and others render tags as a list, some types as a map. */
function hasTag({ Properties }: Resource): boolean {
  const { Tags: tags } = Properties ?? {};
  if (Array.isArray(tags)) return tags.some(({ Key, Value }) => Key === TAG.Key && Value === TAG.Value);
  return tags?.[TAG.Key] === TAG.Value;
}

const listUntagged = (resources: Resources) =>
  resources.filter(([, resource]) => TAGGABLE.includes(resource.Type) && !hasTag(resource)).map(([id]) => id);

describe.each(Object.entries(COMBINATIONS))('in a governed stack with %s', (_name, props) => {
  const resources = synthesizeGoverned(props, 'stack');

  test('every role has the permissions boundary', () => {
    expect(resources.filter(([, { Type }]) => Type === 'AWS::IAM::Role').length).toBeGreaterThan(1);
    expect(listUnbound(resources)).toEqual([]);
  });

  test('every resource that can have tags has the tag', () => {
    expect(listUntagged(resources)).toEqual([]);
  });

  test('every type of resource is known to have tags, or none', () => {
    const types = new Set(resources.map(([, { Type }]) => Type));
    expect([...types].filter(type => !TAGGABLE.includes(type) && !NOT_TAGGABLE.includes(type))).toEqual([]);
  });
});

describe('rules of the service alone', () => {
  test('reach all of it but the log role of API Gateway, which the services of a stack share', () => {
    const resources = synthesizeGoverned(COMBINATIONS['VPC and ClamAV'], 'service');
    expect(listUnbound(resources)).toEqual([expect.stringMatching(/^ImageServiceApiGatewayAccountCloudWatchRole/)]);
    expect(listUntagged(resources)).toEqual(listUnbound(resources));
  });
});

describe("CDK's own functions beside a service", () => {
  const resources = synthesizeGoverned(
    stack => ({
      compute: Compute.zip({ vpc: makeVpc(stack) }),
      // Each brings a function of CDK: the notifications of a bucket, and its deletion.
      bucket: makeBucket(stack, { removalPolicy: RemovalPolicy.DESTROY, autoDeleteObjects: true }),
    }),
    'stack',
    stack => {
      const onEventHandler = new lambda.Function(stack, 'OnEvent', {
        runtime: lambda.Runtime.NODEJS_24_X, handler: 'index.handler', code: lambda.Code.fromInline('exports.handler = 0'),
      });
      const provider = new cr.Provider(stack, 'Provider', { onEventHandler });
      new CustomResource(stack, 'Resource', { serviceToken: provider.serviceToken });
      new cr.AwsCustomResource(stack, 'Call', {
        onCreate: { service: 'S3', action: 'listBuckets', physicalResourceId: cr.PhysicalResourceId.of('all') },
        policy: cr.AwsCustomResourcePolicy.fromSdkCalls({ resources: cr.AwsCustomResourcePolicy.ANY_RESOURCE }),
      });
    },
  );
  const roles = resources.filter(([, { Type }]) => Type === 'AWS::IAM::Role').map(([id]) => id);

  test.each([
    'BucketNotificationsHandler', 'CustomS3AutoDeleteObjects', 'Providerframework', 'OnEventServiceRole', 'AWS679f53fac002430cb0da5b7982bd2287',
  ])('the role of %s is there and has the permissions boundary', name => {
    expect(roles.filter(id => id.includes(name))).toHaveLength(1);
    expect(listUnbound(resources)).toEqual([]);
  });

  test('CDK cannot tag only the function that deletes the objects of a bucket, and its role', () => {
    expect(listUntagged(resources).map(id => id.replace(/[0-9A-F]{8}$/, '')).sort()).toEqual([
      'CustomS3AutoDeleteObjectsCustomResourceProviderHandler', 'CustomS3AutoDeleteObjectsCustomResourceProviderRole',
    ]);
  });
});
