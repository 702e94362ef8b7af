import type { Construct } from 'constructs';
import { ApiAccess } from './api/api-access';
import { Compute } from './api/compute';
import { Limits } from './api/request-limits';
import { checkStageName } from './api/stage-name';
import { Delivery } from './delivery/delivery';
import { Events } from './events/events';
import type { ImageServiceProps } from './image-service-props';
import { Monitoring } from './monitoring/monitoring';
import { acknowledgeOwnReferences } from './private/cross-stack';
import { checkEnvironment } from './private/owned';
import { DEFAULT_REMOVAL_POLICY } from './private/removal';
import {
  BUCKET_KIND,
  checkBoolean,
  checkKind,
  checkList,
  checkNames,
  checkResource,
  locate,
  listOptionNames,
  throwOptionError,
  type ResourceKind,
} from './private/validate';
import { Processing } from './processing/processing';
import { Variant } from './processing/variant';
import { Retention } from './storage/retention';
import { UploadRules } from './storage/upload-rules';

const PROPS = listOptionNames<ImageServiceProps>({
  access: true,
  uploads: true,
  processing: true,
  variants: true,
  delivery: true,
  retention: true,
  limits: true,
  cloudWatchRole: true,
  stageName: true,
  compute: true,
  events: true,
  monitoring: true,
  bucket: true,
  table: true,
  encryptionKey: true,
});

const TABLE_KIND: ResourceKind = {
  kind: 'dynamodb.ITable',
  member: 'tableArn',
  example: "dynamodb.Table.fromTableName(this, 'Table', 'photos')",
};
const KEY_KIND: ResourceKind = {
  kind: 'kms.IKey',
  member: 'keyArn',
  example: "kms.Key.fromKeyArn(this, 'Key', 'arn:…')",
};

/** Checks the types of props and their combinations. Each factory has checked its own options. */
export function checkService(service: Construct, props: ImageServiceProps): void {
  locate(service);
  acknowledgeOwnReferences(service);
  checkNames('ImageService', props, PROPS);
  checkList('variants', props.variants, "[Variant.of('card', { width: 400 })]");
  checkKinds(props);
  checkResources(service, props);
  checkNetwork(service, props);
  checkBoolean('cloudWatchRole', props.cloudWatchRole);
  checkStageName(props.stageName);
  checkNothingIsIgnored(props);
}

function checkKinds(
  {
    access, uploads, processing, variants = [], delivery, retention, limits, compute, events, monitoring,
  }: ImageServiceProps,
): void {
  const kinds = [
    ['access', access, ApiAccess], ['uploads', uploads, UploadRules], ['retention', retention, Retention],
    ['limits', limits, Limits], ['compute', compute, Compute], ['monitoring', monitoring, Monitoring],
    ['events', events, Events],
    ['processing', processing, Processing], ['delivery', delivery, Delivery],
    ...variants.map(variant => ['variants', variant, Variant] as const),
  ] as const;
  for (const [option, value, kind] of kinds) if (value !== undefined) checkKind(option, value, kind);
}

function checkResources(service: Construct, { bucket, table, encryptionKey }: ImageServiceProps): void {
  checkResource('bucket', bucket, BUCKET_KIND);
  checkResource('table', table, TABLE_KIND);
  checkResource('encryptionKey', encryptionKey, KEY_KIND);
  if (encryptionKey) checkEnvironment('encryptionKey', encryptionKey, service);
}

function checkNetwork(service: Construct, { compute }: ImageServiceProps): void {
  const { vpc, securityGroups = [] } = compute?._network ?? {};
  if (vpc) checkEnvironment('compute.vpc', vpc, service);
  for (const group of securityGroups) checkEnvironment('compute.securityGroups', group, service);
}

function checkNothingIsIgnored(
  { processing, variants, delivery, bucket, table, encryptionKey, retention }: ImageServiceProps,
): void {
  if (processing && !processing._queue && variants) {
    throwOptionError(
      'variants',
      'have no effect with Processing.none()',
      variants.length === 1 ? '1 variant' : `${variants.length} variants`,
      'leave them out, or use Processing.queue()',
    );
  }
  if (processing && !processing._queue && delivery?._cloudFront) {
    const fix = 'use Delivery.presignedOnly(), or Processing.queue(): there are no variants to deliver, and originals are delivered by presigned URLs only';
    throwOptionError('delivery', 'has no effect with Processing.none()', delivery._delivery.factory, fix);
  }
  const logBucket = delivery?._cloudFront?.logBucket;
  if (bucket && logBucket && logBucket.node === bucket.node) {
    throwOptionError(
      'delivery.logBucket', 'must not be the bucket of the service', bucket.node.path, 'use a bucket for logs only',
    );
  }
  if (variants?.length === 0 && (processing === undefined || processing._queue)) {
    throwOptionError(
      'variants',
      'must hold at least one variant with Processing.queue()',
      '[]',
      'leave it out for the default set, or use Processing.none()',
    );
  }
  checkOwnResources({ bucket, table, encryptionKey, retention });
}

/** Rejects props that configure the bucket and the table of the service if both are the user's own. */
function checkOwnResources({ bucket, table, encryptionKey, retention }: ImageServiceProps): void {
  if (!bucket || !table) return;
  const rule = "has no effect if both 'bucket' and 'table' are given";
  if (encryptionKey) {
    throwOptionError(
      'encryptionKey', rule, encryptionKey.node.path, 'set the key on the bucket and the table where you create them',
    );
  }
  const policy = retention?.removalPolicy ?? DEFAULT_REMOVAL_POLICY;
  if (policy !== DEFAULT_REMOVAL_POLICY) {
    throwOptionError(
      'retention.removalPolicy', rule, policy, 'set the policy on the bucket and the table where you create them',
    );
  }
}
