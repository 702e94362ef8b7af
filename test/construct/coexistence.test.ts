import { App, CfnResource, Duration, Size, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { ACCESSES } from './accesses';
import { setEveryProp } from './combinations';
import { synthesize } from './synth';
import { ImageService, ImageType, Monitoring, UploadRules, type ImageServiceProps } from '../../src';

/** Properties with fixed names, which can exist only once in an account. */
const PHYSICAL_NAMES: Record<string, string> = {
  'AWS::S3::Bucket': 'BucketName',
  'AWS::DynamoDB::Table': 'TableName',
  'AWS::Lambda::Function': 'FunctionName',
  'AWS::IAM::Role': 'RoleName',
  'AWS::Events::Rule': 'Name',
  'AWS::Logs::LogGroup': 'LogGroupName',
  'AWS::ApiGateway::Model': 'Name',
  'AWS::SQS::Queue': 'QueueName',
  'AWS::Scheduler::Schedule': 'Name',
};

describe('two services', () => {
  test('in one stack share no resources', () => {
    const stack = new Stack(new App(), 'Stack');
    const [first, second] = ['Avatars', 'Photos'].map(id => new ImageService(stack, id));
    const template = Template.fromStack(stack);
    template.resourceCountIs('AWS::S3::Bucket', 2);
    template.resourceCountIs('AWS::DynamoDB::Table', 2);
    template.resourceCountIs('AWS::ApiGateway::RestApi', 2);
    template.resourceCountIs('AWS::SQS::Queue', 10);
    template.resourceCountIs('AWS::CloudFront::Distribution', 2);
    const names = Object.values(template.findResources('AWS::ApiGateway::RestApi')).map(
      ({ Properties }) => Properties.Name,
    );
    expect(new Set(names).size).toBe(2);
    expect(stack.resolve(first.url)).not.toEqual(stack.resolve(second.url));
  });

  test.each<[string, number, (stack: Stack) => ImageServiceProps]>([
    ['default props', 199, () => ({})],
    ['all props', 260, stack => ({ ...setEveryProp(stack), access: ACCESSES.tokens(stack) })],
  ])('have at most as many resources with %s as docs/deploy.md says', (_name, most, props) => {
    const stack = new Stack(new App(), 'Stack', { env: { region: 'us-east-1' } });
    new ImageService(stack, 'Images', props(stack));
    const resources = stack.node.findAll().filter(child => CfnResource.isCfnResource(child));
    expect(resources.length).toBeLessThanOrEqual(most);
  });

  test('cannot share a bucket: the stricter rules would silently win', () => {
    const stack = new Stack(new App(), 'Stack');
    const bucket = new s3.Bucket(stack, 'Bucket');
    new ImageService(stack, 'First', { bucket });
    expect(() => new ImageService(stack, 'Second', { bucket })).toThrow(
      "'bucket' can belong to one image service only, got: one that Stack/First/Storage uses",
    );
  });

  test('have CloudFront names that contain the service and the region', () => {
    const stack = new Stack(new App(), 'Stack');
    for (const id of ['Avatars', 'Photos']) new ImageService(stack, id);
    const { Resources } = Template.fromStack(stack).toJSON() as {
      Resources: Record<string, { Type: string; Properties: object }>;
    };
    const named = Object.values(Resources).filter(
      ({ Type }) => Type.startsWith('AWS::CloudFront::') && Type !== 'AWS::CloudFront::Distribution',
    );
    const names = named.map(({ Properties }) => /"Name":(\{.*?\]\]\})/.exec(JSON.stringify(Properties))![1]);
    // Two access controls, three cache policies, two functions, and one each of headers, keys and groups.
    expect(new Set(names).size).toBe(2 * 10);
    for (const name of names) expect(name).toContain('{"Ref":"AWS::Region"}');
  });

  test('in two stacks of one account collide in no fixed name', () => {
    const { all } = synthesize(setEveryProp);
    for (const [type, property] of Object.entries(PHYSICAL_NAMES)) {
      const named = Object.values(all(type)).filter(({ Properties }) => Properties[property] !== undefined);
      // The only group with a name that API Gateway prescribes. It contains the id of the API.
      const fixed = named.filter(
        ({ Properties }) => !JSON.stringify(Properties[property]).includes('"Ref":"ImagesApiRestApi'),
      );
      expect(fixed).toEqual([]);
    }
  });
});

test('settings in use can be read', () => {
  const uploads = UploadRules.of({
    maxSize: Size.mebibytes(5),
    accept: [ImageType.PNG, ImageType.PNG],
    urlTtl: Duration.minutes(3),
  });
  const { service } = synthesize({ uploads });
  expect(service.maxUploadSize.toMebibytes()).toBe(5);
  expect(service.acceptedTypes).toEqual(['image/png']);
  expect(service.urlTtl.toMinutes()).toBe(3);
  expect(service.deletedRecords.toDays()).toBe(30);
  expect(service.functions.map(({ node }) => node.path)).toEqual(
    [
      service.apiFunction, service.sweeperFunction, service.workerFunction, service.operatorFunction,
      service.transformFunction,
      service.invalidatorFunction,
    ].map(made => made!.node.path).concat('Stack/Images/Delivery/Signing/Handler/Function'),
  );
});

test('parts can be used by the app', () => {
  const { template } = synthesize({ monitoring: Monitoring.none() }, (service, stack) => {
    service.bucket.grantRead(new iam.Role(stack, 'Reader', { assumedBy: new iam.AccountRootPrincipal() }));
    service.apiFunction.metricErrors().createAlarm(stack, 'Errors', { threshold: 1, evaluationPeriods: 1 });
    service.api.addUsagePlan('Plan');
  });
  template.resourceCountIs('AWS::CloudWatch::Alarm', 1);
  template.resourceCountIs('AWS::ApiGateway::UsagePlan', 1);
});
