import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import type { Construct } from 'constructs';
import { STAGE_NAME } from './problem-templates';
import { makeLogGroup } from '../private/log-group';

/**
 * One JSON object a request. Resources rather than paths, and neither query strings nor headers: image ids, cursors and
 * users stay out, and so does `$context.integration.error`, free text that may break the JSON. Every value is quoted, because API Gateway writes `-` for a number that it does not have.
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

/** Access logs of the stage, kept for a month. */
export function makeAccessLogs(scope: Construct): Pick<apigateway.StageOptions, 'accessLogDestination' | 'accessLogFormat'> {
  return {
    accessLogDestination: new apigateway.LogGroupLogDestination(makeLogGroup(scope, 'AccessLogs')),
    accessLogFormat: apigateway.AccessLogFormat.custom(JSON.stringify(FIELDS)),
  };
}

/** API Gateway makes this group itself if it is not there before the stage, and then keeps everything for ever. */
export function keepExecutionLogsForAMonth(scope: Construct, api: apigateway.RestApi): void {
  const logGroup = makeLogGroup(scope, 'ExecutionLogs', `API-Gateway-Execution-Logs_${api.restApiId}/${STAGE_NAME}`);
  api.deploymentStage.node.addDependency(logGroup);
}
