import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { type FunctionNetwork, makeFunctionNetwork, type NetworkSettings } from './function-network';
import type { FindHandler } from './handler-code';
import { allowLogEncryption } from './log-key';
import type { LogSettings } from './log-settings';
import { type FunctionTraces, makeFunctionTraces, type TraceSettings } from './trace-settings';

/** Settings that all functions of a service share. */
export interface FunctionSettings {
  readonly code: FindHandler;
  readonly logs: LogSettings;
  readonly traces: FunctionTraces;
  /** Undefined: the functions run outside a VPC. */
  readonly network?: FunctionNetwork;
}

/** The part of `Compute` that all functions share. */
interface ComputeSettings {
  readonly architecture: lambda.Architecture;
  readonly _code: FindHandler;
  readonly _network?: NetworkSettings;
}

/** The part of `Monitoring` that all functions share. */
interface TelemetrySettings {
  readonly _logs: LogSettings;
  readonly _traces: TraceSettings;
}

/**
 * Makes the settings of a service's functions, and their security group if the service has to make one. It also lets
 * CloudWatch Logs use the key of the logs, before a log group is made.
 */
export function makeFunctionSettings(
  service: Construct, compute: ComputeSettings, { _logs: logs, _traces }: TelemetrySettings,
): FunctionSettings {
  const { _code: code, _network: network, architecture } = compute;
  const traces = makeFunctionTraces(service, _traces, architecture);
  if (logs.encryptionKey) allowLogEncryption(service, logs.encryptionKey);
  return { code, logs, traces, network: network && makeFunctionNetwork(service, network) };
}
