import { Stack } from 'aws-cdk-lib';
import * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import {
  ApiAccess, Compute, Delivery, Events, ImageLimits, Limits, Monitoring, Processing, Retention, Scanner,
  Signing, Tracing, UploadRules, Variant, VariantFit,
  type VariantOptions, VariantPosition, type ImageServiceProps,
} from '../../src';
import { JWT, makeUserPool } from '../construct/accesses';
import { LAYER_ARN, makeDomain, makeVpc } from '../construct/combinations';

/** Imported resources are not part of the template. */
const elsewhere = new Stack();
const DOMAIN = makeDomain(elsewhere);
/** Subnets and security groups need a VPC. */
const VPC = makeVpc(elsewhere);
const SECRET = secretsmanager.Secret.fromSecretCompleteArn(
  elsewhere, 'Secret', 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:signing-AbCdEf',
);
export const COGNITO = makeUserPool(elsewhere);
const AUTHORIZER = lambda.Function.fromFunctionName(elsewhere, 'Authorizer', 'authorizer');
/** A trusted scope and trusted clients need each other. */
const TRUST = { trustedScope: 'images/trusted', trustedClients: ['backend'] };
const KEY_GROUP = cloudfront.KeyGroup.fromKeyGroupId(elsewhere, 'Group', 'group');

/** The way of each struct's options into the service. Add new structs here; a test fails for missing ones. */
export const TO_PROPS: Record<string, (options: object) => ImageServiceProps> = {
  ImageServiceProps: options => options,
  UploadRulesOptions: options => ({ uploads: UploadRules.of(options) }),
  ProcessingQueueOptions: options => ({ processing: Processing.queue(options) }),
  ImageLimitsOptions: options => ({ processing: Processing.queue({ imageLimits: ImageLimits.of(options) }) }),
  ClamAvScannerOptions: options => ({ processing: Processing.queue({ scanner: Scanner.clamAv(options) }) }),
  VariantOptions: options => ({
    variants: [Variant.of('card', { width: 100, ...isCut(options) && { fit: VariantFit.COVER }, ...options })],
  }),
  CloudFrontDeliveryOptions: options => ({ delivery: Delivery.cloudFront({ ...DOMAIN, ...options }) }),
  GeneratedSigningOptions: options => ({
    delivery: Delivery.cloudFront({
      signing: Signing.generated({ ...'signWith' in options && { keys: [1, 2] }, ...options }),
    }),
  }),
  OwnSigningOptions: options => ({
    delivery: Delivery.cloudFront({ signing: Signing.fromSecret(SECRET, KEY_GROUP, options) }),
  }),
  RetentionOptions: options => ({ retention: Retention.of(options) }),
  TokenAccessOptions: options => ({ access: ApiAccess.jwt({ ...JWT, ...TRUST, ...options }) }),
  JwtAccessOptions: options => ({ access: ApiAccess.jwt({ ...JWT, ...TRUST, ...options }) }),
  CognitoAccessOptions: options => {
    const { userPool, web, backend } = COGNITO;
    const common = { clients: [web, backend], trustedScope: TRUST.trustedScope, trustedClients: [backend] };
    return { access: ApiAccess.cognito(userPool, { ...common, ...options }) };
  },
  CustomAccessOptions: options => ({ access: ApiAccess.custom(AUTHORIZER, options) }),
  LimitsOptions: options => ({ limits: Limits.of(options) }),
  EventBridgeOptions: options => ({ events: Events.eventBridge(options) }),
  MonitoringOptions: options => ({ monitoring: Monitoring.of(options) }),
  AlarmOptions: options => ({ monitoring: Monitoring.of({ alarms: { ApiErrors: options } }) }),
  LogOptions: options => ({ monitoring: Monitoring.none(options) }),
  TelemetryOptions: options => ({ monitoring: Monitoring.none(options) }),
  OpenTelemetryOptions: options => ({
    monitoring: Monitoring.none({ tracing: Tracing.openTelemetry({ layerArn: LAYER_ARN, ...options }) }),
  }),
  ComputeOptions: options => ({ compute: Compute.zip({ vpc: VPC, ...options }) }),
  ZipComputeOptions: options => ({ compute: Compute.zip({ vpc: VPC, ...options }) }),
  ContainerImageComputeOptions: options => ({ compute: Compute.containerImage({ vpc: VPC, ...options }) }),
};

/** A position requires a fit that crops. */
function isCut({ position = VariantPosition.CENTER }: VariantOptions): boolean {
  return position !== VariantPosition.CENTER;
}
