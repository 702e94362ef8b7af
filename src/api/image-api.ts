import { Names } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { AccessBinding } from './access-binding';
import { buildAccessLogOptions, makeExecutionLogs } from './access-logs';
import { useAccountRole } from './account-role';
import type { ApiAccess } from './api-access';
import { ApiAuthorizer } from './api-authorizer';
import { ApiFunction } from './api-function';
import type { Compute } from './compute';
import { addGatewayResponses } from './gateway-responses';
import type { Limits } from './request-limits';
import { addRoutes } from './route-methods';
import type { FunctionSettings } from '../private/function-settings';
import { makeLogGroup } from '../private/log-group';
import { suppress } from '../private/nag';
import { UNTRACED } from '../private/trace-settings';
import { throwOptionError } from '../private/validate';
import type { IUploadRules } from '../storage/interfaces';

export interface ImageApiProps {
  readonly access: ApiAccess;
  readonly uploads: IUploadRules;
  readonly limits: Limits;
  readonly compute: Compute;
  readonly functionSettings: FunctionSettings;
  readonly cloudWatchRole?: boolean;
  readonly stageName: string;
  /** Stands in each line of the access log. */
  readonly serviceName: string;
}

/** The REST API and the function behind it. */
export class ImageApi extends Construct {
  public readonly restApi: apigateway.RestApi;
  public readonly function: lambda.Function;
  /** Undefined if API Gateway calls no authorizer, or the user's own. */
  public readonly authorizerFunction?: lambda.Function;
  /** One line for each request. */
  public readonly accessLogs: logs.ILogGroup;
  private readonly access: AccessBinding;

  constructor(scope: Construct, id: string, private readonly props: ImageApiProps) {
    super(scope, id);
    this.access = props.access._bind(this, props.functionSettings);
    const { mode, authorizer } = this.access;
    const { function: handler, target } = new ApiFunction(this, 'Function', { ...props, accessMode: mode });
    this.function = handler;
    this.authorizerFunction = authorizer?.ownFunction;
    this.accessLogs = makeLogGroup(this, 'AccessLogs', props.functionSettings.logs);
    this.restApi = this.makeApi();
    const { uploads, stageName } = props;
    addRoutes(this.restApi, {
      target,
      uploads,
      stageName,
      authorizer: authorizer && new ApiAuthorizer(this, 'RequestAuthorizer', this.restApi, authorizer),
    });
    addGatewayResponses(this.restApi, mode, uploads.corsOrigins);
  }

  /** Base URL with a trailing slash. */
  public get url(): string {
    return this.restApi.url;
  }

  /** Only signatures of AWS credentials need a permission. API Gateway would not look at it otherwise. */
  public grantInvoke(grantee: iam.IGrantable): iam.Grant {
    const { mode, factory } = this.access;
    if (mode !== 'iam') {
      const fix = 'leave it out: callers need a token or the consent of your authorizer, and no permission';
      throwOptionError('grantInvoke', 'needs ApiAccess.iam()', factory, fix);
    }
    const resourceArns = [this.restApi.arnForExecuteApi('*', '/*', this.props.stageName)];
    return iam.Grant.addToPrincipal({ grantee, actions: ['execute-api:Invoke'], resourceArns });
  }

  private makeApi(): apigateway.RestApi {
    const { limits: { rate, burst }, cloudWatchRole, stageName, serviceName, functionSettings } = this.props;
    const { logs, traces } = functionSettings;
    const api = new apigateway.RestApi(this, 'RestApi', {
      restApiName: Names.uniqueResourceName(this, { maxLength: 128 }),
      description: 'Image service',
      endpointTypes: [apigateway.EndpointType.REGIONAL],
      // CDK would make a role for each API.
      cloudWatchRole: false,
      deployOptions: {
        stageName,
        tracingEnabled: traces.isActive,
        loggingLevel: apigateway.MethodLoggingLevel.ERROR,
        throttlingRateLimit: rate,
        throttlingBurstLimit: burst,
        ...buildAccessLogOptions(this.accessLogs, serviceName),
      },
    });
    // The service has its own output. Its id does not depend on how the API is made.
    api.node.tryRemoveChild('Endpoint');
    makeExecutionLogs(this, api, stageName, logs);
    useAccountRole(api, cloudWatchRole);
    suppressFindings(api);
    if (!traces.isActive) suppress(api.deploymentStage, UNTRACED);
    return api;
  }
}

function suppressFindings(api: apigateway.RestApi): void {
  suppress(api.node.defaultChild!, {
    rules: ['AwsSolutions-APIG2'],
    // CDK hashes this text into the logical id of the deployment: a new text replaces the deployment.
    reason:
      'The function validates: API Gateway would answer 400 before 401, 413 and 415, and could not say what is wrong.',
  });
  suppress(
    api.deploymentStage,
    {
      rules: ['AwsSolutions-APIG3'],
      reason: 'A web ACL has a monthly cost; it is optional and can be associated with the stage.',
    },
    {
      rules: ['CKV_AWS_120'],
      reason: 'Responses differ by user, change with every write and contain URLs that expire. A cache could return one caller\'s data to another.',
    },
  );
}
