import type { Size } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { TRANSFORM_ENV } from '../contract';
import type { FunctionSettings } from '../private/function-settings';
import { HandlerFunction } from '../private/handler-function';
import { throwOptionError } from '../private/validate';
import type { IDecoding } from '../processing/interfaces';

export interface TransformProps {
  readonly functionSettings: FunctionSettings;
  readonly decoding: IDecoding;
  readonly memory?: Size;
  readonly reservedConcurrency?: number;
}

/**
 * The transform function: makes, stores and streams a variant at the first request. It also serves CloudFront's error
 * pages.
 */
export class Transform extends Construct {
  public readonly function: lambda.Function;
  public readonly url: lambda.FunctionUrl;

  constructor(scope: Construct, id: string, props: TransformProps) {
    super(scope, id);
    const { functionSettings, decoding, memory, reservedConcurrency } = props;
    checkMemory(decoding, memory);
    this.function = new HandlerFunction(this, 'Handler', {
      handler: 'transform',
      description: 'Image service: makes variants on demand',
      functionSettings,
      memory: memory ?? decoding.memory,
      // CloudFront's timeout is shorter. The variant is stored anyway, for the next request.
      timeout: decoding.timeout,
      environment: { ...decoding.environment, [TRANSFORM_ENV.TIMEOUT]: `${decoding.timeout.toSeconds()}` },
      reservedConcurrency,
    }).function;
    this.url = this.function.addFunctionUrl({
      authType: lambda.FunctionUrlAuthType.AWS_IAM,
      invokeMode: lambda.InvokeMode.RESPONSE_STREAM,
    });
  }

  /**
   * CloudFront needs permission to call the function URL and to invoke the function by it.
   * https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html
   */
  public serve(distributionArn: string): void {
    const common = {
      principal: 'cloudfront.amazonaws.com',
      functionName: this.function.functionArn,
      sourceArn: distributionArn,
    };
    new lambda.CfnPermission(this, 'CalledByCdn', { ...common, action: 'lambda:InvokeFunctionUrl' });
    new lambda.CfnPermission(this, 'InvokedByCdn', {
      ...common,
      action: 'lambda:InvokeFunction',
      invokedViaFunctionUrl: true,
    });
  }
}

function checkMemory({ leastMemory }: IDecoding, memory?: Size): void {
  if (memory === undefined || memory.toMebibytes() >= leastMemory.toMebibytes()) return;
  const rule = `must be at least ${leastMemory.toMebibytes()} MiB for 'decodeMemory' and two copies of 'maxSize'`;
  throwOptionError(
    'delivery.transformMemory', rule, `${memory.toMebibytes()} MiB`, "raise it, or lower 'decodeMemory' or 'maxSize'",
  );
}
