import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import { listResources, ROUTES, type Route } from '../contract';
import { MockMethods } from './mock-methods';
import { addRequestModels } from './request-models';
import { suppress, type Suppression } from '../private/nag';
import type { IUploadRules } from '../storage/interfaces';

export interface RouteOptions {
  readonly target: lambda.IFunction;
  readonly uploads: IUploadRules;
  readonly stageName: string;
  /** Undefined: API Gateway verifies signatures. */
  readonly authorizer?: apigateway.IAuthorizer;
}

const COGNITO = {
  rules: ['AwsSolutions-COG4'],
  reason: 'The access mode decides which callers are allowed; the calling backend authenticates end users.',
};
const OWN_AUTHORIZER = {
  rules: ['AwsSolutions-COG4'],
  reason: 'A Lambda authorizer decides: it verifies tokens of every issuer, also of Cognito, and knows trusted callers.',
};
const OPEN = {
  rules: ['AwsSolutions-APIG4', 'CKV_AWS_59'],
  reason: 'Health checks and CORS preflights have no credentials, and their answers disclose nothing.',
};
const OPEN_METHOD: apigateway.MethodOptions = { authorizationType: apigateway.AuthorizationType.NONE };

/** Adds every method of the contract, and responses for all other requests. */
export function addRoutes(api: apigateway.RestApi, options: RouteOptions): void {
  const { corsOrigins } = options.uploads;
  const mocks = new MockMethods(corsOrigins, options.stageName);
  const routes = new RouteMethods(api, options);
  for (const path of listResources()) {
    const resource = api.root.resourceForPath(path);
    ROUTES.filter(route => route.resource === path).forEach(route => routes.add(resource, route));
    if (corsOrigins.length > 0) routes.addPreflight(resource);
    mocks.answerOtherMethods(resource);
  }
  mocks.answerUnknownPaths(api);
}

class RouteMethods {
  private readonly integration: apigateway.LambdaIntegration;
  private readonly models: ReturnType<typeof addRequestModels>;
  private readonly excuse: Suppression;

  constructor(api: apigateway.RestApi, private readonly options: RouteOptions) {
    // One permission for the whole API: one for each method would come near the size limit of a function's policy.
    this.integration = new apigateway.LambdaIntegration(options.target, { scopePermissionToMethod: false });
    this.models = addRequestModels(api, options.uploads);
    this.excuse = options.authorizer ? OWN_AUTHORIZER : COGNITO;
  }

  /** Adds a route; each GET gets a HEAD as well. */
  public add(resource: apigateway.IResource, route: Route): void {
    const model = this.models.get(route.operation);
    const authorization = route.open ? OPEN_METHOD : this.authorization;
    for (const name of route.method === 'GET' ? ['GET', 'HEAD'] : [route.method]) {
      const method = resource.addMethod(name, this.integration, {
        operationName: name === 'HEAD' ? undefined : route.operation,
        ...authorization,
        requestModels: model && { 'application/json': model },
      });
      suppress(method, this.excuse, ...(route.open ? [OPEN] : []));
    }
  }

  /** The function answers preflights: only it can tell which of several origins asks. */
  public addPreflight(resource: apigateway.IResource): void {
    const method = resource.addMethod('OPTIONS', this.integration, OPEN_METHOD);
    suppress(method, this.excuse, OPEN);
  }

  private get authorization(): apigateway.MethodOptions {
    const { authorizer } = this.options;
    return authorizer ? { authorizer } : { authorizationType: apigateway.AuthorizationType.IAM };
  }
}
