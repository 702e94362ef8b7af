import type * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { GeneratedKeys } from './generated-keys';
import type { OwnKey } from './settings';
import type { Signing } from './signing';
import { DELIVERY_ENV } from '../contract';
import { grantKeyUse } from '../private/grants';
import type { FindHandler } from '../private/handler-code';

/** By which key signatures are made, and by which they are verified. */
export interface Signer {
  readonly keyGroup: cloudfront.IKeyGroupRef;
  /** All functions that it made. */
  readonly functions: lambda.Function[];
  /** Lets a function sign. It may read the secrets of all generations, so that a change of `signWith` changes no permission. */
  grantSign(handler: lambda.Function): void;
}

export function makeSigner(scope: Construct, id: string, { _generations: generations, _own: own }: Signing, code: FindHandler): Signer {
  return generations ? new GeneratedKeys(scope, id, { ...generations, code }) : buildOwnSigner(scope, own!);
}

function buildOwnSigner(scope: Construct, { secret, keyGroup, keyId = '' }: OwnKey): Signer {
  return {
    keyGroup,
    functions: [],
    grantSign: handler => {
      // One that was imported by its name has an ARN that ends in six more characters, which Secrets Manager chose.
      grantSecret(handler, { secretId: secret.secretArn, secretArns: [secret.secretFullArn ?? `${secret.secretArn}-??????`], keyId });
      if (secret.encryptionKey) grantKeyUse(scope, secret.encryptionKey, handler, 'secretsmanager', 'kms:Decrypt');
    },
  };
}

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
  handler.addToRolePolicy(new iam.PolicyStatement({ actions: ['secretsmanager:GetSecretValue'], resources: secretArns }));
}
