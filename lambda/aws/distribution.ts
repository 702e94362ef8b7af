import { randomUUID } from 'node:crypto';
import { CloudFrontClient, CreateInvalidationCommand } from '@aws-sdk/client-cloudfront';
import { CLIENT_OPTIONS } from './clients';
import { call, errorName } from './errors';
import type { Distribution } from '../domain/deliver/ports';

export function distribution(distributionId: string): Distribution {
  const client = new CloudFrontClient(CLIENT_OPTIONS);
  return {
    invalidate: async paths => {
      // The SDK's own retries repeat the reference, by which CloudFront knows them for the same.
      const InvalidationBatch = { CallerReference: randomUUID(), Paths: { Quantity: paths.length, Items: [...paths] } };
      try {
        await call(() => client.send(new CreateInvalidationCommand({ DistributionId: distributionId, InvalidationBatch })));
        return true;
      } catch (error) {
        if (errorName(error) === 'TooManyInvalidationsInProgress') return false;
        throw error;
      }
    },
  };
}
