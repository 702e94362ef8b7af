import { Duration, RemovalPolicy, Size, type Stack } from 'aws-cdk-lib';
import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as events from 'aws-cdk-lib/aws-events';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sns from 'aws-cdk-lib/aws-sns';
import { listProperties, publicApi } from './compiled';
import { COGNITO, TO_PROPS } from './options';
import {
  ApiAccess, Compute, Delivery, Events, ImageLimits, ImageType, Limits, Monitoring, Processing,
  Retention, Scanner,
  Signing, Tracing, UploadRules,
  Variant, VariantFit, VariantFormat, VariantGeneration, VariantPosition, Viewers,
} from '../../src';
import { makeLogBucket, makeBucket, makeKey, makeSecurityGroup, makeTable } from '../construct/combinations';
import { synthesize } from '../construct/synth';

jest.setTimeout(180_000);

type Values = Record<string, (stack: Stack) => unknown>;

/** Not the one that the options of `compute` have otherwise. */
function makeOtherVpc(stack: Stack): ec2.IVpc {
  return ec2.Vpc.fromVpcAttributes(stack, 'OtherVpc', {
    vpcId: 'vpc-2', availabilityZones: ['a'], isolatedSubnetIds: ['subnet-c'], isolatedSubnetRouteTableIds: ['rtb-c'],
  });
}

const COMPUTE: Values = {
  architecture: () => lambda.Architecture.X86_64,
  apiMemory: () => Size.mebibytes(256),
  vpc: makeOtherVpc,
  vpcSubnets: () => ({ availabilityZones: ['a'] }),
  securityGroups: stack => [makeSecurityGroup(stack)],
  provisionedConcurrency: () => 1,
  reservedConcurrency: () => 1,
};

const LOGS: Values = {
  logLevel: () => 'WARN',
  logRetention: () => RetentionDays.ONE_YEAR,
  logGroupKey: stack => kms.Key.fromKeyArn(
    stack, 'LogKey', 'arn:aws:kms:eu-central-1:111122223333:key/00000000-0000-0000-0000-000000000000',
  ),
  logRemovalPolicy: () => RemovalPolicy.RETAIN,
};

const TELEMETRY: Values = { ...LOGS, tracing: () => Tracing.none() };

const TOKENS: Values = {
  userClaim: () => 'uid',
  groupsClaim: () => 'roles',
  requiredScopes: () => ['images/use'],
  trustedScope: () => 'images/all',
  cacheTtl: () => Duration.minutes(1),
};

/** A non-default value for each option. */
const OTHER_VALUES: Record<string, Values> = {
  ImageServiceProps: {
    access: () => ApiAccess.jwt({ issuer: 'https://login.example.com/', audience: ['images'] }),
    cloudWatchRole: () => false,
    stageName: () => 'v1',
    uploads: () => UploadRules.of({ maxSize: Size.mebibytes(1) }),
    retention: () => Retention.of({ deletedRecords: Duration.days(15) }),
    limits: () => Limits.of({ rate: 1 }),
    monitoring: () => Monitoring.none(),
    processing: () => Processing.none(),
    variants: () => [Variant.of('card', { width: 400 })],
    delivery: () => Delivery.presignedOnly(),
    compute: () => Compute.zip({ apiMemory: Size.mebibytes(256) }),
    events: () => Events.eventBridge(),
    bucket: makeBucket,
    table: makeTable,
    encryptionKey: makeKey,
  },
  UploadRulesOptions: {
    maxSize: () => Size.mebibytes(1),
    accept: () => [ImageType.PNG],
    urlTtl: () => Duration.minutes(4),
    corsOrigins: () => ['https://app.example.com'],
    acceleration: () => true,
  },
  ProcessingQueueOptions: {
    memory: () => Size.mebibytes(2048),
    timeout: () => Duration.minutes(2),
    batchSize: () => 2,
    maxConcurrency: () => 4,
    maxConcurrencyPerUser: () => 4,
    scanner: () => Scanner.guardDuty(),
    imageLimits: () => ImageLimits.of({ maxFrames: 1 }),
  },
  ImageLimitsOptions: {
    maxPixels: () => 1,
    maxJpegPixels: () => 1,
    maxAvifPixels: () => 1,
    maxHeicPixels: () => 1,
    maxSide: () => 1,
    maxFrames: () => 1,
    maxAnimationPixels: () => 1,
    maxScans: () => 1,
    decodeTime: () => Duration.seconds(9),
    decodeMemory: () => Size.mebibytes(1000),
  },
  ClamAvScannerOptions: {
    memory: () => Size.gibibytes(4),
    maxDefinitionsAge: () => Duration.days(1),
    mirror: () => 'clamav.example.com',
    definitionsBucket: stack => s3.Bucket.fromBucketName(stack, 'Definitions', 'definitions'),
  },
  VariantOptions: {
    width: () => 101,
    height: () => 101,
    fit: () => VariantFit.COVER,
    position: () => VariantPosition.ATTENTION,
    hdr: () => true,
    formats: () => [VariantFormat.PNG],
    quality: () => 1,
    generation: () => VariantGeneration.ON_DEMAND,
    animated: () => false,
  },
  RetentionOptions: {
    removalPolicy: () => RemovalPolicy.DESTROY,
    archiveAfter: () => Duration.days(30),
    onDemandVariants: () => Duration.days(30),
    deletedRecords: () => Duration.days(31),
  },
  CloudFrontDeliveryOptions: {
    domainNames: () => ['pictures.example.com'],
    certificate: stack =>
      acm.Certificate.fromCertificateArn(stack, 'Other', 'arn:aws:acm:us-east-1:111122223333:certificate/other'),
    viewers: () => Viewers.anyone(),
    signing: () => Signing.generated({ keys: [2] }),
    urlTtl: () => Duration.hours(2),
    cookieDomain: () => 'example.com',
    corsOrigins: () => ['https://app.example.com'],
    priceClass: () => cloudfront.PriceClass.PRICE_CLASS_100,
    webAcl: () => 'arn:aws:wafv2:us-east-1:111122223333:global/webacl/a/b',
    logBucket: makeLogBucket,
    transformMemory: () => Size.mebibytes(2048),
    transformConcurrency: () => 1,
  },
  EventBridgeOptions: {
    bus: stack => events.EventBus.fromEventBusName(stack, 'Bus', 'photos'),
    includeUserId: () => true,
  },
  GeneratedSigningOptions: { keys: () => [2], signWith: () => 2 },
  OwnSigningOptions: { keyId: () => 'K2JCJMDEHXQW5F' },
  TokenAccessOptions: TOKENS,
  JwtAccessOptions: {
    ...TOKENS,
    issuer: () => 'https://other.example.com/',
    audience: () => ['other'],
    jwksUri: () => 'https://login.example.com/keys',
    trustedClients: () => ['other'],
  },
  CognitoAccessOptions: {
    ...TOKENS,
    clients: () => [COGNITO.backend],
    trustedClients: () => [COGNITO.web],
  },
  CustomAccessOptions: { cacheTtl: () => Duration.minutes(1) },
  LimitsOptions: { rate: () => 1, burst: () => 1 },
  MonitoringOptions: {
    ...TELEMETRY,
    alarmTopic: stack => sns.Topic.fromTopicArn(stack, 'Topic', 'arn:aws:sns:eu-central-1:111122223333:alarms'),
    alarmActions: () => [{ bind: () => ({ alarmActionArn: 'arn:aws:sns:eu-central-1:111122223333:pager' }) }],
    alarms: () => ({ ApiErrors: { enabled: false } }),
    composite: () => false,
    dashboard: () => false,
    savedQueries: () => false,
    storageMetrics: () => false,
    runbookUrl: () => 'https://wiki.example.com/images',
  },
  AlarmOptions: { enabled: () => false, threshold: () => 0.5, periods: () => 9 },
  LogOptions: LOGS,
  TelemetryOptions: TELEMETRY,
  OpenTelemetryOptions: {
    layerArn: () => 'arn:aws:lambda:eu-central-1:111122223333:layer:other:1',
    wrapper: () => '/opt/other-wrapper',
    environment: () => ({ OTEL_TRACES_SAMPLER: 'always_on' }),
  },
  ComputeOptions: COMPUTE,
  ZipComputeOptions: COMPUTE,
  ContainerImageComputeOptions: { ...COMPUTE, baseImage: () => 'registry.example.com/lambda/nodejs:24' },
};

test('the list knows every option', async () => {
  const api = await publicApi();
  const structs = Object.keys(api).filter(name => api[name].datatype && name in TO_PROPS);
  const options = structs.map(name => [name, listProperties(api, name).map(property => property.name).sort()]);
  const listed = Object.entries(OTHER_VALUES).map(([name, values]) => [name, Object.keys(values).sort()]);
  expect(Object.fromEntries(listed)).toEqual(Object.fromEntries(options));
});

const CASES = Object.entries(OTHER_VALUES)
  .flatMap(([struct, values]) => Object.entries(values).map(([option, value]) => ({ struct, option, value })));

test.each(CASES)('$struct.$option changes the service', ({ struct, option, value }) => {
  const { template } = synthesize(stack => TO_PROPS[struct]({ [option]: value(stack) }));
  expect(ofService(template.toJSON())).not.toEqual(ofService(synthesize(TO_PROPS[struct]({})).template.toJSON()));
});

/** The template without the test's own resources. */
function ofService({ Resources }: Record<string, any>): object {
  return Object.fromEntries(Object.entries(Resources as object).filter(([id]) => id.startsWith('Images')));
}
