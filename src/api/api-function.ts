import { Duration } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { API_ENV } from '../contract';
import type { Compute } from './compute';
import type { FunctionSettings } from '../private/function-settings';
import { HandlerFunction } from '../private/handler-function';
import type { IUploadRules } from '../storage/interfaces';

export interface ApiFunctionProps {
  readonly accessMode: string;
  readonly uploads: IUploadRules;
  readonly compute: Compute;
  readonly functionSettings: FunctionSettings;
}

/** The function behind every route. */
export class ApiFunction extends Construct {
  public readonly function: lambda.Function;
  /** The function that the API calls, or its alias with provisioned concurrency, which only versions can have. */
  public readonly target: lambda.IFunction;

  constructor(scope: Construct, id: string, props: ApiFunctionProps) {
    super(scope, id);
    const { uploads, compute, functionSettings } = props;
    this.function = new HandlerFunction(this, 'Handler', {
      handler: 'api',
      description: 'Image service: answers the HTTP API',
      functionSettings,
      memory: compute.apiMemory,
      // API Gateway's integration timeout.
      timeout: Duration.seconds(29),
      uploads,
      reservedConcurrency: compute.reservedConcurrency,
      environment: {
        [API_ENV.ACCESS]: props.accessMode,
        [API_ENV.ACCELERATE]: `${uploads.acceleration}`,
        [API_ENV.CORS_ORIGINS]: uploads.corsOrigins.join(','),
      },
    }).function;
    const { provisionedConcurrency } = compute;
    // Without provisioned concurrency there is no alias: LocalStack cannot update one, so every second `cdklocal
    // deploy` would fail.
    this.target = provisionedConcurrency === undefined ? this.function : this.makeWarmAlias(provisionedConcurrency);
  }

  private makeWarmAlias(provisionedConcurrentExecutions: number): lambda.Alias {
    return new lambda.Alias(this, 'Live', {
      aliasName: 'live',
      version: this.function.currentVersion,
      provisionedConcurrentExecutions,
    });
  }
}
