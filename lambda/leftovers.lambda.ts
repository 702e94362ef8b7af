import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import { removeLeftovers } from './aws/leftover-objects';
import { ServiceError } from './domain/errors';
import { answerCloudFormation } from './runtime/custom-resource';
import { type Invocation, runInvocation } from './runtime/invocation';
import { logger } from './runtime/telemetry';
import type { LeftoversProperties } from '../src/contract';

/**
 * A custom resource of CloudFormation: the objects that a scanner puts into a bucket. CloudFormation can delete only an
 * empty bucket.
 */
export async function handler(event: CloudFormationCustomResourceEvent, context: Invocation = {}): Promise<void> {
  const { Bucket, Prefixes, Key } = event.ResourceProperties as unknown as LeftoversProperties;
  await runInvocation(context, () => answerCloudFormation(event, {
    name: 'Objects of the scanner',
    provide: async () => ({ id: Bucket }),
    remove: async () => {
      if (!Bucket || !(Prefixes?.length || Key)) throw new ServiceError('Bucket, and Prefixes or Key, must be set');
      const removed = await removeLeftovers({ Bucket, Prefixes, Key });
      logger.info('objects of the scanner removed', { bucket: Bucket, removed });
    },
    onError: error =>
      logger.error('removing the objects of the scanner failed', { request_id: event.RequestId, error: error as Error }),
  }));
}
