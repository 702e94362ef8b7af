import { Names, RemovalPolicy, type Stack } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';

export const TYPES = ['image/jpeg', 'image/png', 'image/webp', 'image/avif', 'image/gif', 'image/heic', 'image/heif'];
export const MAX_UPLOAD_BYTES = 26_214_400;

export function logGroup(stack: Stack, id: string, logGroupName?: string): logs.LogGroup {
  return new logs.LogGroup(stack, id, {
    logGroupName,
    retention: logs.RetentionDays.ONE_MONTH,
    removalPolicy: RemovalPolicy.DESTROY,
  });
}

export function makeApi(stack: Stack, handler: lambda.Function): apigateway.RestApi {
  const api = new apigateway.RestApi(stack, 'RestApi', {
    restApiName: Names.uniqueResourceName(stack, { maxLength: 128 }),
    description: 'Image service',
    endpointTypes: [apigateway.EndpointType.REGIONAL],
    cloudWatchRole: false,
    deployOptions: {
      stageName: 'prod',
      tracingEnabled: true,
      loggingLevel: apigateway.MethodLoggingLevel.ERROR,
      throttlingRateLimit: 100,
      throttlingBurstLimit: 200,
      accessLogDestination: new apigateway.LogGroupLogDestination(logGroup(stack, 'AccessLogs')),
      accessLogFormat: apigateway.AccessLogFormat.custom(JSON.stringify(ACCESS_LOG)),
    },
  });
  api.node.tryRemoveChild('Endpoint');
  api.deploymentStage.node.addDependency(makeAccount(stack));
  const executionLogs = logGroup(stack, 'ExecutionLogs', `API-Gateway-Execution-Logs_${api.restApiId}/prod`);
  api.deploymentStage.node.addDependency(executionLogs);
  addMethods(api, new apigateway.LambdaIntegration(handler, { scopePermissionToMethod: false }));
  addMock(api.root, 404, NO_SUCH_ROUTE, {});
  addMock(api.root.addResource('{proxy+}'), 404, NO_SUCH_ROUTE, {});
  for (const [type, status, problem, headers] of GATEWAY_RESPONSES) {
    api.addGatewayResponse(type.responseType, {
      type,
      statusCode: `${status}`,
      responseHeaders: { ...HEADERS, ...headers },
      templates: { 'application/json': buildProblemJson(status, problem, '$context.path') },
    });
  }
  return api;
}

function makeAccount(stack: Stack): apigateway.CfnAccount {
  const role = new iam.Role(stack, 'CloudWatchRole', {
    assumedBy: new iam.ServicePrincipal('apigateway.amazonaws.com'),
    managedPolicies: [iam.ManagedPolicy.fromAwsManagedPolicyName('service-role/AmazonAPIGatewayPushToCloudWatchLogs')],
  });
  const account = new apigateway.CfnAccount(stack, 'Account', { cloudWatchRoleArn: role.roleArn });
  for (const resource of [role, account]) resource.applyRemovalPolicy(RemovalPolicy.RETAIN);
  return account;
}

/** The service derives its name from its path, which ends in a hash. */
export const SERVICE_NAME = 'Stack-Images-D0DA5D99';

const ACCESS_LOG = {
  service: SERVICE_NAME,
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

/** Path, methods with their operations, and the `Allow` text for its other methods. */
const RESOURCES: [path: string, methods: [method: string, operation?: string][], allow: string][] = [
  ['/images', [['POST', 'createImage'], ['GET', 'listImages'], ['HEAD']], 'GET, HEAD, POST'],
  ['/images/batch-get', [['POST', 'batchGetImages']], 'POST'],
  ['/images/batch-delete', [['POST', 'batchDeleteImages']], 'POST'],
  [
    '/images/{image_id}', [['GET', 'getImage'], ['HEAD'], ['PATCH', 'updateImage'], ['DELETE', 'deleteImage']],
    'DELETE, GET, HEAD, PATCH',
  ],
  ['/images/{image_id}/confirm', [['POST', 'confirmImage']], 'POST'],
  ['/images/{image_id}/download', [['GET', 'downloadImage'], ['HEAD']], 'GET, HEAD'],
  ['/cdn-session', [['POST', 'createCdnSession']], 'POST'],
  ['/usage', [['GET', 'getUsage'], ['HEAD']], 'GET, HEAD'],
  ['/health', [['GET', 'getHealth'], ['HEAD']], 'GET, HEAD'],
];

function addMethods(api: apigateway.RestApi, integration: apigateway.LambdaIntegration): void {
  const models = addModels(api);
  for (const [path, methods, allow] of RESOURCES) {
    const resource = api.root.resourceForPath(path);
    for (const [method, operationName] of methods) {
      const model = models[operationName ?? ''];
      resource.addMethod(method, integration, {
        operationName,
        authorizationType: path === '/health' ? apigateway.AuthorizationType.NONE : apigateway.AuthorizationType.IAM,
        requestModels: model && { 'application/json': model },
      });
    }
    addMock(resource, 405, ['method-not-allowed', 'Method not allowed', `This resource allows ${allow}.`], {
      allow: `'${allow}'`,
    });
  }
}

function addModels(api: apigateway.RestApi): Record<string, apigateway.Model | undefined> {
  const { STRING, INTEGER, ARRAY, OBJECT } = apigateway.JsonSchemaType;
  const base = { schema: apigateway.JsonSchemaVersion.DRAFT4, type: OBJECT, additionalProperties: false };
  const filename = { type: STRING, minLength: 1, maxLength: 255 };
  const tags = { type: ARRAY, items: { type: STRING, minLength: 1 }, description: 'At most 20 different tags' };
  const visibility = { type: STRING, enum: ['private', 'public'] };
  const shared_with = {
    type: ARRAY, items: { type: STRING }, description: 'At most 20 different entries, user:<user_id> or group:<name>',
  };
  const add = (id: string, schema: apigateway.JsonSchema) =>
    api.addModel(id, { contentType: 'application/json', schema });
  const batch = {
    ...base,
    properties: { image_ids: { type: ARRAY, items: { type: STRING }, minItems: 1, maxItems: 100 } },
    required: ['image_ids'],
  };
  return {
    createImage: add('CreateImageRequest', {
      ...base,
      properties: {
        content_type: { type: STRING, enum: TYPES },
        size: { type: INTEGER, minimum: 1, maximum: MAX_UPLOAD_BYTES },
        filename,
        tags,
        checksum_sha256: { type: STRING, description: 'SHA-256 of the bytes in base64' },
        visibility,
        shared_with,
      },
      required: ['content_type', 'size'],
    }),
    updateImage: add('UpdateImageRequest', { ...base, properties: { filename, tags, visibility, shared_with } }),
    batchGetImages: add('BatchGetImagesRequest', batch),
    batchDeleteImages: add('BatchDeleteImagesRequest', batch),
  };
}

type Problem = readonly [code: string, title: string, detail: string, extras?: object];

const NO_SUCH_ROUTE: Problem = ['no-such-route', 'No such route', 'There is nothing at this path.'];
const UNAUTHENTICATED: Problem = [
  'unauthenticated', 'Unauthenticated', 'The request is not signed, or its signature is not valid.',
];
const FORBIDDEN: Problem = ['forbidden', 'Forbidden', 'The caller may not do this.'];
const INVALID: Problem = ['invalid-request', 'Invalid request', 'The request is malformed.'];
const RATE_LIMITED: Problem = ['rate-limited', 'Rate limited', 'Too many requests; try again later.'];
const INTERNAL: Problem = ['internal', 'Internal error', 'Something went wrong on our side.'];
const UNAVAILABLE: Problem = ['unavailable', 'Unavailable', 'The service did not answer in time; try again.'];
const TOO_LARGE: Problem = ['body-too-large', 'Body too large', 'The body is too large.', { limit: 65_536 }];
const UNSUPPORTED: Problem = [
  'unsupported-media-type', 'Unsupported media type', 'The content type of the body is not supported.',
];

const HEADERS = {
  'Content-Type': "'application/problem+json'",
  'cache-control': "'no-store'",
  'x-request-id': 'context.requestId',
};
const CHALLENGE = { 'www-authenticate': "'AWS4-HMAC-SHA256'" };
const RETRY = { 'retry-after': "'1'" };

const { ResponseType } = apigateway;
type Headers = Record<string, string>;
type GatewayResponse = [type: apigateway.ResponseType, status: number, problem: Problem, headers?: Headers];
const GATEWAY_RESPONSES: GatewayResponse[] = [
  [ResponseType.ACCESS_DENIED, 403, FORBIDDEN],
  [ResponseType.API_CONFIGURATION_ERROR, 500, INTERNAL],
  [ResponseType.AUTHORIZER_CONFIGURATION_ERROR, 503, UNAVAILABLE, RETRY],
  [ResponseType.AUTHORIZER_FAILURE, 503, UNAVAILABLE, RETRY],
  [ResponseType.BAD_REQUEST_BODY, 400, INVALID],
  [ResponseType.BAD_REQUEST_PARAMETERS, 400, INVALID],
  [ResponseType.DEFAULT_4XX, 401, UNAUTHENTICATED, CHALLENGE],
  [ResponseType.DEFAULT_5XX, 500, INTERNAL],
  [ResponseType.EXPIRED_TOKEN, 401, UNAUTHENTICATED, CHALLENGE],
  [ResponseType.INTEGRATION_FAILURE, 503, UNAVAILABLE, RETRY],
  [ResponseType.INTEGRATION_TIMEOUT, 503, UNAVAILABLE, RETRY],
  [ResponseType.INVALID_API_KEY, 403, FORBIDDEN],
  [ResponseType.INVALID_SIGNATURE, 401, UNAUTHENTICATED, CHALLENGE],
  [ResponseType.MISSING_AUTHENTICATION_TOKEN, 401, UNAUTHENTICATED, CHALLENGE],
  [ResponseType.QUOTA_EXCEEDED, 429, RATE_LIMITED, RETRY],
  [ResponseType.REQUEST_TOO_LARGE, 413, TOO_LARGE],
  [ResponseType.RESOURCE_NOT_FOUND, 404, NO_SUCH_ROUTE],
  [ResponseType.THROTTLED, 429, RATE_LIMITED, RETRY],
  [ResponseType.UNAUTHORIZED, 401, UNAUTHENTICATED, CHALLENGE],
  [ResponseType.UNSUPPORTED_MEDIA_TYPE, 415, UNSUPPORTED],
  [ResponseType.WAF_FILTERED, 403, FORBIDDEN],
];

const REQUEST_TYPES = [
  'application/json', 'application/x-www-form-urlencoded', 'multipart/form-data', 'text/plain', 'text/html', 'text/csv',
  'text/xml',
  'application/xml', 'application/octet-stream', 'application/problem+json', 'application/merge-patch+json',
  'application/json-patch+json',
  'application/ld+json', 'application/x-ndjson', 'application/graphql', 'application/pdf', 'application/zip',
  'application/x-amz-json-1.0',
  'application/x-amz-json-1.1', 'image/svg+xml', ...TYPES,
];

function addMock(resource: apigateway.IResource, status: number, problem: Problem, more: Record<string, string>): void {
  const headers = Object.entries({ ...HEADERS, ...more }).map(
    ([name, value]) => [`method.response.header.${name}`, value],
  );
  const path = "$context.path.replaceAll('^/prod(/|$)', '/')";
  const instance = `#set($instance = $util.escapeJavaScript(${path}).replaceAll("\\\\'", "'"))\n`;
  const integration = new apigateway.MockIntegration({
    passthroughBehavior: apigateway.PassthroughBehavior.NEVER,
    requestTemplates: Object.fromEntries(REQUEST_TYPES.map(type => [type, `{"statusCode": ${status}}`])),
    integrationResponses: [{
      statusCode: `${status}`,
      responseParameters: Object.fromEntries(headers) as Record<string, string>,
      responseTemplates: { 'application/json': instance + buildProblemJson(status, problem, '$instance') },
    }],
  });
  resource.addMethod('ANY', integration, {
    authorizationType: apigateway.AuthorizationType.NONE,
    methodResponses: [
      { statusCode: `${status}`, responseParameters: Object.fromEntries(headers.map(([name]) => [name, true])) },
    ],
  });
}

function buildProblemJson(status: number, [code, title, detail, extras]: Problem, instance: string): string {
  return JSON.stringify({
    type: `urn:cdk-image-service:problem:${code}`,
    status,
    title,
    detail,
    code,
    ...extras,
    instance,
  });
}
