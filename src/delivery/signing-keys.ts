import type * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import type * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';

/** Options of `Signing.generated()`, checked. */
export interface KeyGenerations {
  readonly keys: number[];
  readonly signWith: number;
}

/** Arguments of `Signing.fromSecret()`. */
export interface OwnKey {
  readonly secret: secretsmanager.ISecret;
  readonly keyGroup: cloudfront.IKeyGroup;
  readonly keyId?: string;
}
