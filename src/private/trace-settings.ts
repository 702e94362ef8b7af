import { Stack, Token } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { Suppression } from './nag';
import { describeValue, throwOptionError } from './validate';

/** Where traces of a service come from. */
export interface TraceSettings {
  /** Whether Lambda and API Gateway record segments in X-Ray. */
  readonly isActive: boolean;
  /** With an SDK of OpenTelemetry, which records the functions' spans. */
  readonly layer?: TraceLayer;
}

interface TraceLayer {
  readonly arn: string;
  /** Variables of all functions with the layer. */
  readonly environment: Readonly<Record<string, string>>;
}

/** Traces of the functions of a service. */
export interface FunctionTraces {
  readonly isActive: boolean;
  readonly layer?: lambda.ILayerVersion;
  readonly environment: Readonly<Record<string, string>>;
}

export const UNTRACED: Suppression = {
  rules: ['Serverless-APIGWXrayEnabled', 'Serverless-LambdaTracing', 'CKV_AWS_50', 'CKV_AWS_73'],
  reason: 'The owner of the service has turned traces off.',
};

/** The ARN of a version of a layer: its region, and its name. */
export const LAYER_ARN = /^arn:aws[\w-]*:lambda:([a-z0-9-]+):\d{12}:layer:([\w-]{1,140}):\d+$/;

/** The processors that layers name, and ours. */
const PROCESSORS: readonly (readonly [RegExp, string])[] = [
  [/(^|[-_])(amd64|x86_64)([-_]|$)/i, lambda.Architecture.X86_64.name],
  [/(^|[-_])(arm64|aarch64)([-_]|$)/i, lambda.Architecture.ARM_64.name],
];

/** Makes the reference to the layer, which makes no resource. */
export function makeFunctionTraces(
  service: Construct, { isActive, layer }: TraceSettings, architecture: lambda.Architecture,
): FunctionTraces {
  if (!layer) return { isActive, environment: {} };
  checkLayer(layer.arn, Stack.of(service).region, architecture);
  const { arn, environment } = layer;
  return { isActive, environment, layer: lambda.LayerVersion.fromLayerVersionArn(service, 'TracingLayer', arn) };
}

/** Lambda takes layers of its own region only, and a layer's programs run on one processor. */
function checkLayer(arn: string, region: string, architecture: lambda.Architecture): void {
  if (Token.isUnresolved(arn)) return;
  const [, ofLayer, name] = LAYER_ARN.exec(arn)!;
  if (!Token.isUnresolved(region) && ofLayer !== region) {
    const rule = `must be in the region of the stack (${region})`;
    throwOptionError('monitoring.tracing.layerArn', rule, describeValue(arn), 'use the ARN for that region');
  }
  const processor = PROCESSORS.find(([pattern]) => pattern.test(name))?.[1];
  if (processor !== undefined && processor !== architecture.name) {
    const rule = `must be for the processor of the functions (${architecture.name})`;
    throwOptionError('monitoring.tracing.layerArn', rule, describeValue(arn), 'use the layer for it, or set compute.architecture');
  }
}

/** A container image has no layers. */
export function withoutLayer({ isActive }: FunctionTraces): FunctionTraces {
  return { isActive, environment: {} };
}
