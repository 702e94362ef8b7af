import type * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import type * as lambda from 'aws-cdk-lib/aws-lambda';

/** The keys that make and verify signatures. */
export interface Signer {
  readonly keyGroup: cloudfront.IKeyGroupRef;
  /** All its functions. */
  readonly functions: lambda.Function[];
  /**
   * Lets a function sign. The function may read the secrets of all generations, so a change of `signWith` changes no
   * permission.
   */
  grantSign(handler: lambda.Function): void;
}
