import { Duration, RemovalPolicy, Size, type Stack } from 'aws-cdk-lib';
import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as events from 'aws-cdk-lib/aws-events';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import * as sns from 'aws-cdk-lib/aws-sns';
import { ACCESSES, JWT } from './accesses';
import {
  ApiAccess, Compute, Delivery, Events, ImageLimits, ImageType, Limits, Monitoring, Processing, Retention, Scanner,
  Signing, Tracing, UploadRules, Variant, VariantFit, VariantFormat, VariantGeneration, Viewers,
  type CloudFrontDeliveryOptions, type ImageServiceProps,
} from '../../src';
import { suppress } from '../../src/private/nag';

export function makeKey(stack: Stack): kms.Key {
  return new kms.Key(stack, 'Key', { enableKeyRotation: true });
}

export function makeBucket(stack: Stack, props: s3.BucketProps = {}): s3.Bucket {
  return new s3.Bucket(stack, 'OwnBucket', {
    blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
    eventBridgeEnabled: true,
    ...props,
  });
}

export function makeTable(stack: Stack, props: Partial<dynamodb.TableProps> = {}): dynamodb.Table {
  const table = new dynamodb.Table(stack, 'OwnTable', {
    partitionKey: { name: 'image_id', type: dynamodb.AttributeType.STRING },
    timeToLiveAttribute: 'expires_at',
    billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    ...props,
  });
  table.addGlobalSecondaryIndex({
    indexName: 'by_user',
    partitionKey: { name: 'user_id', type: dynamodb.AttributeType.STRING },
    sortKey: { name: 'created_at', type: dynamodb.AttributeType.STRING },
  });
  table.addGlobalSecondaryIndex({
    indexName: 'by_due',
    partitionKey: { name: 'sweep', type: dynamodb.AttributeType.NUMBER },
    sortKey: { name: 'due_at', type: dynamodb.AttributeType.NUMBER },
    projectionType: dynamodb.ProjectionType.KEYS_ONLY,
  });
  suppress(table, { rules: ['CKV_AWS_119'], reason: 'Stands for the table of a user, who chooses its key.' });
  return table;
}

/** A VPC that exists already, with two isolated subnets. */
export function makeVpc(stack: Stack): ec2.IVpc {
  return ec2.Vpc.fromVpcAttributes(stack, 'Vpc', {
    vpcId: 'vpc-12345678',
    availabilityZones: ['a', 'b'],
    isolatedSubnetIds: ['subnet-a', 'subnet-b'],
    isolatedSubnetRouteTableIds: ['rtb-a', 'rtb-b'],
  });
}

export function makeSecurityGroup(stack: Stack, id = 'sg-0123456789abcdef0'): ec2.ISecurityGroup {
  return ec2.SecurityGroup.fromSecurityGroupId(stack, `Group-${id}`, id);
}

/** A custom domain and its certificate. */
export function makeDomain(stack: Stack): Pick<CloudFrontDeliveryOptions, 'certificate' | 'domainNames'> {
  const arn = 'arn:aws:acm:us-east-1:111122223333:certificate/00000000-0000-0000-0000-000000000000';
  return {
    domainNames: ['images.example.com'],
    certificate: acm.Certificate.fromCertificateArn(stack, 'Certificate', arn),
  };
}

export function makeSigning(stack: Stack): Signing {
  const secret = secretsmanager.Secret.fromSecretNameV2(stack, 'SigningSecret', 'signing');
  return Signing.fromSecret(secret, cloudfront.KeyGroup.fromKeyGroupId(stack, 'KeyGroup', 'group'));
}

/** A bucket for CloudFront's logs. */
export function makeLogBucket(stack: Stack): s3.Bucket {
  const bucket = new s3.Bucket(stack, 'CdnLogs', {
    blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
    objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_PREFERRED,
    encryption: s3.BucketEncryption.S3_MANAGED,
    enforceSSL: true,
  });
  suppress(bucket, {
    rules: ['AwsSolutions-S1', 'CKV_AWS_18', 'CKV_AWS_21', 'W3045'],
    reason: 'Stands for the bucket of logs of a user.',
  });
  return bucket;
}

function setEveryDeliveryOption(stack: Stack): CloudFrontDeliveryOptions {
  return {
    ...makeDomain(stack),
    viewers: Viewers.signed(),
    signing: Signing.generated({ keys: [1, 2], signWith: 2 }),
    urlTtl: Duration.hours(12),
    cookieDomain: 'example.com',
    corsOrigins: ['https://app.example.com'],
    priceClass: cloudfront.PriceClass.PRICE_CLASS_100,
    webAcl: 'arn:aws:wafv2:us-east-1:111122223333:global/webacl/images/00000000-0000-0000-0000-000000000000',
    logBucket: makeLogBucket(stack),
    transformMemory: Size.mebibytes(4096),
    transformConcurrency: 5,
  };
}

export function setEveryProp(stack: Stack): ImageServiceProps {
  return {
    access: ApiAccess.iam(),
    cloudWatchRole: false,
    stageName: 'images-v1',
    uploads: UploadRules.of({
      maxSize: Size.mebibytes(5),
      accept: [ImageType.PNG, ImageType.JPEG],
      urlTtl: Duration.minutes(10),
      corsOrigins: ['https://app.example.com', 'http://localhost:3000'],
      acceleration: true,
    }),
    retention: Retention.of({
      removalPolicy: RemovalPolicy.DESTROY,
      archiveAfter: Duration.days(90),
      onDemandVariants: Duration.days(7),
      deletedRecords: Duration.days(14),
    }),
    limits: Limits.of({ rate: 7, burst: 9 }),
    processing: Processing.queue({
      memory: Size.mebibytes(3008),
      timeout: Duration.minutes(4),
      batchSize: 2,
      maxConcurrency: 5,
      scanner: Scanner.clamAv({ memory: Size.gibibytes(4), maxDefinitionsAge: Duration.days(1) }),
      imageLimits: ImageLimits.of({
        maxPixels: 80_000_000,
        decodeTime: Duration.seconds(20),
        decodeMemory: Size.mebibytes(1536),
      }),
    }),
    variants: [
      Variant.of('card', {
        width: 400,
        height: 300,
        fit: VariantFit.COVER,
        formats: [VariantFormat.AVIF, VariantFormat.JPEG],
        quality: 60,
        animated: false,
      }),
      Variant.of('wide', { width: 8192, generation: VariantGeneration.ON_DEMAND }),
    ],
    delivery: Delivery.cloudFront(setEveryDeliveryOption(stack)),
    compute: Compute.zip({
      architecture: lambda.Architecture.X86_64,
      apiMemory: Size.mebibytes(1024),
      provisionedConcurrency: 2,
      reservedConcurrency: 20,
    }),
    events: Events.eventBridge({ bus: new events.EventBus(stack, 'Bus'), includeUserId: true }),
    encryptionKey: makeKey(stack),
  };
}

/** Combinations of props: each group alone, resources of the user, and everything at once. */
/** A layer for traces. */
export const LAYER_ARN = 'arn:aws:lambda:eu-central-1:111122223333:layer:tracing-arm64:7';

export const COMBINATIONS: Record<string, (stack: Stack) => ImageServiceProps> = {
  'defaults': () => ({}),
  'every prop': setEveryProp,
  'no CloudWatch role': () => ({ cloudWatchRole: false }),
  'own stage name': () => ({ stageName: 'images-v1' }),
  'one web origin': () => ({ uploads: UploadRules.of({ corsOrigins: ['https://app.example.com'] }) }),
  'several web origins': () => ({
    uploads: UploadRules.of({ corsOrigins: ['https://a.example.com', 'https://b.example.com'] }),
  }),
  'acceleration': () => ({ uploads: UploadRules.of({ acceleration: true }) }),
  'narrow uploads': () => ({
    uploads: UploadRules.of({ maxSize: Size.kibibytes(200), accept: [ImageType.PNG], urlTtl: Duration.minutes(2) }),
  }),
  'destroyed with the stack': () => ({ retention: Retention.of({ removalPolicy: RemovalPolicy.DESTROY }) }),
  'archive': () => ({ retention: Retention.of({ archiveAfter: Duration.days(1) }) }),
  'limits': () => ({ limits: Limits.of({ rate: 0.5, burst: 1 }) }),
  'x86': () => ({ compute: Compute.zip({ architecture: lambda.Architecture.X86_64 }) }),
  'container image': () => ({ compute: Compute.containerImage() }),
  'container image, every option': () => ({
    compute: Compute.containerImage({
      architecture: lambda.Architecture.X86_64,
      apiMemory: Size.mebibytes(1024),
      provisionedConcurrency: 2,
      reservedConcurrency: 20,
      baseImage: 'registry.example.com/lambda/nodejs:24',
    }),
  }),
  'warm and bounded': () => ({ compute: Compute.zip({ provisionedConcurrency: 1, reservedConcurrency: 1 }) }),
  'VPC': stack => ({ compute: Compute.zip({ vpc: makeVpc(stack) }) }),
  'VPC and ClamAV': stack => ({
    compute: Compute.containerImage({ vpc: makeVpc(stack) }),
    processing: Processing.queue({ scanner: Scanner.clamAv({ mirror: 'http://clamav.example.com:8080/mirror' }) }),
  }),
  'VPC, security groups and GuardDuty': stack => ({
    compute: Compute.zip({
      vpc: makeVpc(stack),
      vpcSubnets: { availabilityZones: ['a'] },
      securityGroups: [makeSecurityGroup(stack)],
    }),
    processing: Processing.queue({ scanner: Scanner.guardDuty() }),
    delivery: Delivery.cloudFront({ signing: makeSigning(stack) }),
  }),
  'no traces': stack => ({
    monitoring: Monitoring.of({ tracing: Tracing.none() }), compute: Compute.zip({ vpc: makeVpc(stack) }),
  }),
  'OpenTelemetry': () => ({
    monitoring: Monitoring.of({ tracing: Tracing.openTelemetry({ layerArn: LAYER_ARN }) }),
    processing: Processing.queue({ scanner: Scanner.clamAv() }),
  }),
  'no processing': () => ({ processing: Processing.none() }),
  'limits of images': () => ({
    processing: Processing.queue({
      imageLimits: ImageLimits.of({ maxFrames: 1, decodeTime: Duration.seconds(60), decodeMemory: Size.gibibytes(4) }),
    }),
  }),
  'GuardDuty': () => ({ processing: Processing.queue({ scanner: Scanner.guardDuty() }) }),
  'GuardDuty and own key': stack => ({
    processing: Processing.queue({ scanner: Scanner.guardDuty() }),
    encryptionKey: makeKey(stack),
  }),
  'ClamAV': () => ({ processing: Processing.queue({ scanner: Scanner.clamAv() }) }),
  'presigned only': () => ({ delivery: Delivery.presignedOnly() }),
  'own domain': stack => ({ delivery: Delivery.cloudFront(makeDomain(stack)) }),
  'own signing key': stack => ({ delivery: Delivery.cloudFront({ signing: makeSigning(stack) }) }),
  'own signing key and domain': stack => ({
    delivery: Delivery.cloudFront({ ...makeDomain(stack), signing: makeSigning(stack) }),
  }),
  'anyone': () => ({ delivery: Delivery.cloudFront({ viewers: Viewers.anyone() }) }),
  'anyone, own domain': stack => ({
    delivery: Delivery.cloudFront({ ...makeDomain(stack), viewers: Viewers.anyone() }),
  }),
  ...Object.fromEntries(Object.entries(ACCESSES).map(
    ([name, makeAccess]) => [name, (stack: Stack) => ({ access: makeAccess(stack) })],
  )),
  'tokens, in a VPC, with web origins': stack => ({
    access: ApiAccess.jwt(JWT),
    compute: Compute.zip({ vpc: makeVpc(stack) }),
    monitoring: Monitoring.of({ tracing: Tracing.none() }),
    uploads: UploadRules.of({ corsOrigins: ['https://app.example.com'] }),
  }),
  'events': () => ({ events: Events.eventBridge() }),
  'VPC, events and own table': stack => ({
    compute: Compute.zip({ vpc: makeVpc(stack) }),
    events: Events.eventBridge(),
    table: makeTable(stack, { stream: dynamodb.StreamViewType.NEW_AND_OLD_IMAGES }),
  }),
  'no processing and events': () => ({ processing: Processing.none(), events: Events.eventBridge() }),
  'own key': stack => ({ encryptionKey: makeKey(stack) }),
  'own table': stack => ({ table: makeTable(stack) }),
  'no monitoring': () => ({ monitoring: Monitoring.none() }),
  'no dashboard': () => ({ monitoring: Monitoring.of({ dashboard: false }) }),
  'no composite alarm': () => ({ monitoring: Monitoring.of({ composite: false }) }),
  'own alarms, in a VPC': stack => ({
    compute: Compute.zip({ vpc: makeVpc(stack), reservedConcurrency: 20 }),
    monitoring: Monitoring.of({
      alarmTopic: sns.Topic.fromTopicArn(stack, 'Alarms', 'arn:aws:sns:eu-central-1:111122223333:alarms'),
      alarms: { ApiErrors: { threshold: 0.05, periods: 3 }, ApiLatency: { enabled: false } },
      storageMetrics: false,
      runbookUrl: 'https://wiki.example.com/images',
    }),
  }),
  'imported bucket and GuardDuty': stack => ({
    bucket: s3.Bucket.fromBucketName(stack, 'Imported', 'photos'),
    processing: Processing.queue({ scanner: Scanner.guardDuty() }),
  }),
  'imported bucket and table': stack => ({
    bucket: s3.Bucket.fromBucketName(stack, 'Imported', 'photos'),
    table: dynamodb.Table.fromTableName(stack, 'ImportedTable', 'records'),
  }),
};
