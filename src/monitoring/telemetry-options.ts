import { LOG_OPTIONS, type LogOptions } from './log-options';
import { Tracing } from './tracing';
import type { TraceSettings } from '../private/trace-settings';
import { checkKind } from '../private/validate';

/** Options of logs and traces. */
export interface TelemetryOptions extends LogOptions {
  /**
   * How requests and uploads are traced, made by a factory of `Tracing`.
   * @default Tracing.xray()
   */
  readonly tracing?: Tracing;
}

/** For `listOptionNames` of the struct that has these options. */
export const TELEMETRY_OPTIONS = {
  ...LOG_OPTIONS, tracing: true,
} as const satisfies Record<keyof TelemetryOptions, true>;

/** Checks the tracing, and completes it with its default. */
export function buildTraceSettings({ tracing = Tracing.xray() }: TelemetryOptions): TraceSettings {
  checkKind('tracing', tracing, Tracing);
  return tracing._settings;
}
