import { randomUUID } from 'node:crypto';
import { CloudFrontClient, CreateInvalidationCommand } from '@aws-sdk/client-cloudfront';
import { CLIENT_OPTIONS } from './clients';
import { call, readErrorName } from './errors';
import type { Distribution } from '../domain/deliver/ports';

/** Errors for too many invalidations in progress, or too many calls. */
const FULL = ['TooManyInvalidationsInProgress', 'Throttling', 'ThrottlingException'];

export function openDistribution(distributionId: string): Distribution {
  const client = new CloudFrontClient(CLIENT_OPTIONS);
  return {
    invalidate: async paths => call(async () => {
      // The SDK's own retries repeat the reference, so that CloudFront recognizes them.
      const InvalidationBatch = { CallerReference: randomUUID(), Paths: { Quantity: paths.length, Items: [...paths] } };
      try {
        await client.send(new CreateInvalidationCommand({ DistributionId: distributionId, InvalidationBatch }));
        return true;
      } catch (error) {
        if (FULL.includes(readErrorName(error) ?? '')) return false;
        throw error;
      }
    }),
  };
}
