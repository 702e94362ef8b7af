import type { FindHandler } from './handler-code';
import type { LogSettings } from './log-settings';

/** Settings that all functions of a service share. */
export interface FunctionSettings {
  readonly code: FindHandler;
  readonly logs: LogSettings;
}
