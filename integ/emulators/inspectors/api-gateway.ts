import * as sdk from '@aws-sdk/client-api-gateway';
import type { Resource } from './inspector';
import { buildClientOptions, readDeployment } from '../deployment';

const client = new sdk.APIGatewayClient(buildClientOptions(readDeployment()));

export async function inspectAccount() {
  const { cloudwatchRoleArn } = await client.send(new sdk.GetAccountCommand({}));
  return { CloudWatchRoleArn: cloudwatchRoleArn };
}

export async function inspectAuthorizer({ id, written: { RestApiId } }: Resource) {
  const found = await client.send(new sdk.GetAuthorizerCommand({ restApiId: RestApiId, authorizerId: id }));
  return {
    AuthorizerCredentials: found.authorizerCredentials,
    AuthorizerResultTtlInSeconds: found.authorizerResultTtlInSeconds,
    AuthorizerUri: found.authorizerUri,
    IdentitySource: found.identitySource,
    IdentityValidationExpression: found.identityValidationExpression,
    Name: found.name,
    RestApiId,
    Type: found.type,
  };
}

export async function inspectRestApi({ id }: Resource) {
  const found = await client.send(new sdk.GetRestApiCommand({ restApiId: id }));
  return {
    BinaryMediaTypes: found.binaryMediaTypes,
    Description: found.description,
    EndpointConfiguration: { Types: found.endpointConfiguration?.types },
    MinimumCompressionSize: found.minimumCompressionSize,
    Name: found.name,
  };
}

export async function inspectDeployment({ id, written: { RestApiId } }: Resource) {
  const { description } = await client.send(new sdk.GetDeploymentCommand({ restApiId: RestApiId, deploymentId: id }));
  return { Description: description, RestApiId };
}

export async function inspectStage({ id, written: { RestApiId } }: Resource) {
  const found = await client.send(new sdk.GetStageCommand({ restApiId: RestApiId, stageName: id }));
  return {
    AccessLogSetting: {
      DestinationArn: found.accessLogSettings?.destinationArn,
      Format: found.accessLogSettings?.format,
    },
    CacheClusterEnabled: found.cacheClusterEnabled,
    DeploymentId: found.deploymentId,
    MethodSettings: Object.entries(found.methodSettings ?? {}).map(
      ([path, setting]) => inspectMethodSetting(path, setting),
    ),
    RestApiId,
    StageName: found.stageName,
    TracingEnabled: found.tracingEnabled,
    Variables: found.variables,
  };
}

/** API Gateway names them `<path>/<method>`, without the first slash of the path. */
function inspectMethodSetting(key: string, setting: sdk.MethodSetting) {
  const slash = key.lastIndexOf('/');
  return {
    CachingEnabled: setting.cachingEnabled,
    DataTraceEnabled: setting.dataTraceEnabled,
    HttpMethod: key.slice(slash + 1),
    LoggingLevel: setting.loggingLevel,
    MetricsEnabled: setting.metricsEnabled,
    ResourcePath: `/${key.slice(0, slash)}`,
    ThrottlingBurstLimit: setting.throttlingBurstLimit,
    ThrottlingRateLimit: setting.throttlingRateLimit,
  };
}

export async function inspectResource({ id, written: { RestApiId } }: Resource) {
  const { parentId, pathPart } = await client.send(
    new sdk.GetResourceCommand({ restApiId: RestApiId, resourceId: id }),
  );
  return { ParentId: parentId, PathPart: pathPart, RestApiId };
}

export async function inspectMethod({ written: { RestApiId, ResourceId, HttpMethod } }: Resource) {
  const found = await client.send(
    new sdk.GetMethodCommand({ restApiId: RestApiId, resourceId: ResourceId, httpMethod: HttpMethod }),
  );
  return {
    ApiKeyRequired: found.apiKeyRequired,
    AuthorizationScopes: found.authorizationScopes,
    AuthorizationType: found.authorizationType,
    AuthorizerId: found.authorizerId,
    HttpMethod: found.httpMethod,
    Integration: inspectIntegration(found.methodIntegration ?? {}),
    MethodResponses: Object.values(found.methodResponses ?? {}).map(
      ({ responseModels, responseParameters, statusCode }) =>
        ({ ResponseModels: responseModels, ResponseParameters: responseParameters, StatusCode: statusCode }),
    ),
    OperationName: found.operationName,
    RequestModels: found.requestModels,
    RequestParameters: found.requestParameters,
    RequestValidatorId: found.requestValidatorId,
    ResourceId,
    RestApiId,
  };
}

function inspectIntegration(found: sdk.Integration) {
  return {
    // A mock integration calls no backend, yet MiniStack returns POST.
    IntegrationHttpMethod: found.type === 'MOCK' ? undefined : found.httpMethod,
    IntegrationResponses: Object.values(found.integrationResponses ?? {}).map(response => ({
      ContentHandling: response.contentHandling,
      ResponseParameters: response.responseParameters,
      ResponseTemplates: response.responseTemplates,
      SelectionPattern: response.selectionPattern,
      StatusCode: response.statusCode,
    })),
    // The default if the template has no value.
    PassthroughBehavior: found.passthroughBehavior === 'WHEN_NO_MATCH' ? undefined : found.passthroughBehavior,
    RequestParameters: found.requestParameters,
    RequestTemplates: found.requestTemplates,
    Type: found.type,
    Uri: found.uri,
  };
}

/** The physical id is the name. */
export async function inspectModel({ id, written: { RestApiId } }: Resource) {
  const { contentType, schema } = await client.send(new sdk.GetModelCommand({ restApiId: RestApiId, modelName: id }));
  return { ContentType: contentType, RestApiId, Schema: JSON.parse(schema!) as object };
}

export async function inspectGatewayResponse({ written: { RestApiId, ResponseType } }: Resource) {
  const found = await client.send(
    new sdk.GetGatewayResponseCommand({ restApiId: RestApiId, responseType: ResponseType }),
  );
  return {
    ResponseParameters: found.responseParameters,
    ResponseTemplates: found.responseTemplates,
    ResponseType: found.responseType,
    RestApiId,
    StatusCode: found.statusCode,
  };
}
