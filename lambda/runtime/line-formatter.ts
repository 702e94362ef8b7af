import { LogFormatter, LogItem } from '@aws-lambda-powertools/logger';
import type { LogAttributes, UnformattedAttributes } from '@aws-lambda-powertools/logger/types';
import { describeError } from './describe-error';

/** Each line has these fields, in this order, and then its facts. The last three exist during an invocation only. */
export class LineFormatter extends LogFormatter {
  private metrics?: object;

  /** Adds metrics to the next line as they are: Powertools would merge and check each of their fields. */
  addToNextLine(metrics: object): void {
    this.metrics = metrics;
  }

  override formatAttributes(common: UnformattedAttributes, facts: LogAttributes): LogItem {
    const { logLevel, message, timestamp, serviceName, lambdaContext, xRayTraceId } = common;
    const attributes: LogAttributes = {
      level: logLevel,
      message,
      timestamp: timestamp.toISOString(),
      service: serviceName,
      cold_start: lambdaContext?.coldStart,
      function_request_id: lambdaContext?.awsRequestId,
      xray_trace_id: xRayTraceId,
    };
    Object.assign(attributes, facts);
    if (facts.error !== undefined) attributes.error = describeError(facts.error);
    if (this.metrics !== undefined) Object.assign(attributes, this.metrics);
    this.metrics = undefined;
    return new LogItem({ attributes });
  }

  /** For errors in other fields. */
  override formatError(error: Error): LogAttributes {
    return { ...describeError(error) };
  }
}
