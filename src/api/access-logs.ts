import * as apigateway from 'aws-cdk-lib/aws-apigateway';
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

/** Makes the access logs of the stage. */
export function makeAccessLogs(
  scope: Construct, settings: LogSettings,
): Pick<apigateway.StageOptions, 'accessLogDestination' | 'accessLogFormat'> {
  return {
    accessLogDestination: new apigateway.LogGroupLogDestination(makeLogGroup(scope, 'AccessLogs', settings)),
    accessLogFormat: apigateway.AccessLogFormat.custom(JSON.stringify(FIELDS)),
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
