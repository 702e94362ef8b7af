import type * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import type * as lambda from 'aws-cdk-lib/aws-lambda';

/** By which key signatures are made, and by which they are verified. */
export interface Signer {
  readonly keyGroup: cloudfront.IKeyGroupRef;
  /** All functions that it made. */
  readonly functions: lambda.Function[];
  /** Lets a function sign. It may read the secrets of all generations, so that a change of `signWith` changes no permission. */
  grantSign(handler: lambda.Function): void;
}
