import type * as apigateway from 'aws-cdk-lib/aws-apigateway';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';

/** The HTTP API. */
export interface IImageApi {
  readonly restApi: apigateway.RestApi;
  readonly function: lambda.Function;
  /** Base URL with a trailing slash. */
  readonly url: string;
  grantInvoke(grantee: iam.IGrantable): iam.Grant;
}
