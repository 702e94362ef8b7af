import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import type * as logs from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { makeLogGroup } from '../private/log-group';
import type { LogSettings } from '../private/log-settings';

/**
 * One JSON object per request. It holds resources instead of paths, and no query strings or headers. So image ids,
 * cursors and users stay out. `$context.integration.error` is left out too: its free text may break the JSON. Every
 * value is quoted, because API Gateway writes `-` for a missing number.
 */
const FIELDS = {
  requestId: '$context.requestId',
  extendedRequestId: '$context.extendedRequestId',
  traceId: '$context.xrayTraceId',
  time: '$context.requestTimeEpoch',
  sourceIp: '$context.identity.sourceIp',
  protocol: '$context.protocol',
  method: '$context.httpMethod',
  resource: '$context.resourcePath',
  status: '$context.status',
  responseType: '$context.error.responseType',
  responseLength: '$context.responseLength',
  latency: '$context.responseLatency',
  integrationStatus: '$context.integration.status',
  integrationLatency: '$context.integration.latency',
};

/** Builds the options of a stage that writes to this log group. */
export function buildAccessLogOptions(
  logGroup: logs.ILogGroup, service: string,
): Pick<apigateway.StageOptions, 'accessLogDestination' | 'accessLogFormat'> {
  return {
    accessLogDestination: new apigateway.LogGroupLogDestination(logGroup),
    accessLogFormat: apigateway.AccessLogFormat.custom(JSON.stringify({ service, ...FIELDS })),
  };
}

/** API Gateway makes this group itself if it does not exist before the stage, and then keeps logs forever. */
export function makeExecutionLogs(
  scope: Construct, api: apigateway.RestApi, stageName: string, settings: LogSettings,
): void {
  const name = `API-Gateway-Execution-Logs_${api.restApiId}/${stageName}`;
  const logGroup = makeLogGroup(scope, 'ExecutionLogs', settings, name);
  api.deploymentStage.node.addDependency(logGroup);
}
