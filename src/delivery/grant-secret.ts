import * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import { DELIVERY_ENV } from '../contract';

interface SecretGrant {
  /** The secret that signs. */
  readonly secretId: string;
  /** The secrets that the function may read. */
  readonly secretArns: string[];
  readonly keyId: string;
}

export function grantSecret(handler: lambda.Function, { secretId, secretArns, keyId }: SecretGrant): void {
  handler.addEnvironment(DELIVERY_ENV.SECRET, secretId);
  handler.addEnvironment(DELIVERY_ENV.KEY_ID, keyId);
  handler.addToRolePolicy(
    new iam.PolicyStatement({ actions: ['secretsmanager:GetSecretValue'], resources: secretArns }),
  );
}
