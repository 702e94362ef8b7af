import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import { providePublicKey } from './aws/generate-signing-key';
import { ServiceError } from './domain/errors';
import { answerCloudFormation } from './runtime/custom-resource';
import { type Invocation, runInvocation } from './runtime/invocation';
import { logger } from './runtime/telemetry';
import type { SigningKeyData, SigningKeyProperties } from '../src/contract';

/** A custom resource of CloudFormation: one generation of keys for signed URLs. The key is deleted with its secret. */
export async function handler(event: CloudFormationCustomResourceEvent, context: Invocation = {}): Promise<void> {
  await runInvocation(context, () => answerCloudFormation(event, {
    name: 'The signing key',
    provide: async ({ ResourceProperties, RequestId }) => {
      const { SecretId } = ResourceProperties as unknown as SigningKeyProperties;
      if (!SecretId) {
        throw new ServiceError(`SecretId must be the name or ARN of a secret, got: ${JSON.stringify(SecretId)}`);
      }
      const data: SigningKeyData = { PublicKey: await providePublicKey(SecretId, RequestId) };
      return { id: SecretId, data: { ...data } };
    },
    onError: error => logger.error('providing a signing key failed', { request_id: event.RequestId, error: error as Error }),
  }));
}
