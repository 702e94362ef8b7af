import type { Duration } from 'aws-cdk-lib';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { AccessMode } from '../contract';
import type { FunctionSettings } from '../private/function-settings';

/** The authorizer of an API. */
export interface AuthorizerBinding {
  /** API Gateway calls it before the API function. */
  readonly handler: lambda.IFunction;
  /** The same function if the service made it. */
  readonly ownFunction?: lambda.Function;
  /** How long API Gateway caches a decision. */
  readonly cacheTtl: Duration;
  /** Whether API Gateway answers 401 to requests without the header `Authorization`. */
  readonly needsHeader: boolean;
}

/** How the API identifies callers. */
export interface AccessBinding {
  readonly mode: AccessMode;
  /** The factory of `ApiAccess`, for error messages. */
  readonly factory: string;
  /** Undefined: API Gateway verifies signatures. */
  readonly authorizer?: AuthorizerBinding;
}

/** Makes the resources that identify callers. */
export type BindAccess = (scope: Construct, functionSettings: FunctionSettings) => AccessBinding;
