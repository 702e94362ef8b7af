import type { Construct } from 'constructs';
import { type FunctionNetwork, makeFunctionNetwork, type NetworkSettings } from './function-network';
import type { FindHandler } from './handler-code';
import { allowLogEncryption } from './log-key';
import type { LogSettings } from './log-settings';

/** Settings that all functions of a service share. */
export interface FunctionSettings {
  readonly code: FindHandler;
  readonly logs: LogSettings;
  /** Undefined: the functions run outside a VPC. */
  readonly network?: FunctionNetwork;
}

/** The part of `Compute` that all functions share. */
interface ComputeSettings {
  readonly _code: FindHandler;
  readonly _network?: NetworkSettings;
}

/**
 * Makes the settings of a service's functions, and their security group if the service has to make one. It also lets
 * CloudWatch Logs use the key of the logs, before a log group is made.
 */
export function makeFunctionSettings(
  service: Construct, { _code: code, _network: network }: ComputeSettings, logs: LogSettings,
): FunctionSettings {
  if (logs.encryptionKey) allowLogEncryption(service, logs.encryptionKey);
  return { code, logs, network: network && makeFunctionNetwork(service, network) };
}
