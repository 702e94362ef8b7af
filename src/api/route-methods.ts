import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import { listResources, ROUTES, type Route } from '../contract';
import { MockMethods } from './mock-methods';
import { addRequestModels } from './request-models';
import { suppress } from '../private/nag';
import type { IUploadRules } from '../storage/interfaces';

export interface RouteOptions {
  readonly target: lambda.IFunction;
  readonly uploads: IUploadRules;
  readonly authorizationType: apigateway.AuthorizationType;
}

const COGNITO = {
  rules: ['AwsSolutions-COG4'],
  reason: 'The access mode decides which callers are allowed; the calling backend authenticates end users.',
};
const OPEN = {
  rules: ['AwsSolutions-APIG4', 'CKV_AWS_59'],
  reason: 'Health checks and CORS preflights have no credentials, and their answers disclose nothing.',
};

/** Adds every method of the contract, and responses for all other requests. */
export function addRoutes(api: apigateway.RestApi, options: RouteOptions): void {
  const { corsOrigins } = options.uploads;
  const mocks = new MockMethods(corsOrigins);
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

  constructor(api: apigateway.RestApi, private readonly options: RouteOptions) {
    // One permission for the whole API: one for each method would come near the size limit of a function's policy.
    this.integration = new apigateway.LambdaIntegration(options.target, { scopePermissionToMethod: false });
    this.models = addRequestModels(api, options.uploads);
  }

  /** Adds a route; each GET gets a HEAD as well. */
  public add(resource: apigateway.IResource, route: Route): void {
    const model = this.models.get(route.operation);
    const authorizationType = route.open ? apigateway.AuthorizationType.NONE : this.options.authorizationType;
    for (const name of route.method === 'GET' ? ['GET', 'HEAD'] : [route.method]) {
      const method = resource.addMethod(name, this.integration, {
        operationName: name === 'HEAD' ? undefined : route.operation,
        authorizationType,
        requestModels: model && { 'application/json': model },
      });
      suppress(method, COGNITO, ...(route.open ? [OPEN] : []));
    }
  }

  /** The function answers preflights: only it can tell which of several origins asks. */
  public addPreflight(resource: apigateway.IResource): void {
    const method = resource.addMethod('OPTIONS', this.integration, {
      authorizationType: apigateway.AuthorizationType.NONE,
    });
    suppress(method, COGNITO, OPEN);
  }
}
