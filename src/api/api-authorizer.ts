import { Stack } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { AuthorizerBinding } from './access-binding';

/** Case does not matter: API Gateway finds the header in any spelling. */
const IDENTITY_SOURCE = apigateway.IdentitySource.header('Authorization');

/**
 * The REQUEST authorizer of an API. CDK's `RequestAuthorizer` adds the permission in the stack of the function, so a
 * function of another stack would make the two stacks depend on each other.
 */
export class ApiAuthorizer extends Construct implements apigateway.IAuthorizer {
  public readonly authorizerId: string;
  public readonly authorizationType = apigateway.AuthorizationType.CUSTOM;

  constructor(scope: Construct, id: string, api: apigateway.RestApi, binding: AuthorizerBinding) {
    super(scope, id);
    const { handler, cacheTtl, needsHeader } = binding;
    const settings = {
      type: 'REQUEST',
      authorizerUri: buildUri(this, handler),
      authorizerResultTtlInSeconds: cacheTtl.toSeconds(),
      identitySource: needsHeader ? IDENTITY_SOURCE : undefined,
    };
    const authorizer = new apigateway.CfnAuthorizer(this, 'Resource', {
      name: 'Authorizer', restApiId: api.restApiId, ...settings,
    });
    this.authorizerId = authorizer.ref;
    this.allowCalls(api, handler);
    redeploy(api, this, settings);
  }

  private allowCalls(api: apigateway.RestApi, handler: lambda.IFunction): void {
    new lambda.CfnPermission(this, 'Permission', {
      action: 'lambda:InvokeFunction',
      principal: 'apigateway.amazonaws.com',
      functionName: handler.functionArn,
      sourceArn: Stack.of(this).formatArn({
        service: 'execute-api', resource: api.restApiId, resourceName: `authorizers/${this.authorizerId}`,
      }),
    });
  }
}

/** https://docs.aws.amazon.com/apigateway/latest/api/API_CreateAuthorizer.html */
function buildUri(scope: Construct, handler: lambda.IFunction): string {
  return Stack.of(scope).formatArn({
    service: 'apigateway',
    account: 'lambda',
    resource: 'path/2015-03-31/functions',
    resourceName: `${handler.functionArn}/invocations`,
  });
}

/**
 * A stage serves the authorizer as it was at its deployment, so other settings need a new deployment. CDK adds them to
 * the deployment's logical id only if the app sets the flag `authorizerChangeDeploymentLogicalId`, and for its own
 * classes.
 */
function redeploy(api: apigateway.RestApi, authorizer: ApiAuthorizer, settings: object): void {
  const deployment = api.latestDeployment!;
  deployment.node.addDependency(authorizer);
  deployment.addToLogicalId({ authorizer: settings });
}
