import { Annotations, FeatureFlags, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as iam from 'aws-cdk-lib/aws-iam';
import { APIGATEWAY_DISABLE_CLOUDWATCH_ROLE } from 'aws-cdk-lib/cx-api';
import { Construct } from 'constructs';
import { suppress } from '../private/nag';

const ID = 'ImageServiceApiGatewayAccount';

/**
 * The role that API Gateway uses to write logs. It is one setting of the whole account and region, so all services of a
 * stack share one resource. It is retained: the deletion of a stack must not take it from other REST APIs.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html
 */
class AccountRole extends Construct {
  public readonly account: apigateway.CfnAccount;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const policy = iam.ManagedPolicy.fromAwsManagedPolicyName('service-role/AmazonAPIGatewayPushToCloudWatchLogs');
    const role = new iam.Role(this, 'CloudWatchRole', {
      assumedBy: new iam.ServicePrincipal('apigateway.amazonaws.com'),
      managedPolicies: [policy],
    });
    this.account = new apigateway.CfnAccount(this, 'Account', { cloudWatchRoleArn: role.roleArn });
    for (const resource of [role, this.account]) resource.applyRemovalPolicy(RemovalPolicy.RETAIN);
    suppress(role, {
      rules: ['AwsSolutions-IAM4'],
      reason: 'API Gateway assumes this role, and AWS maintains the managed policy for writing logs.',
      appliesTo: ['Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs'],
    });
  }
}

/**
 * Makes the account's log role once per stack, unless `cloudWatchRole` or the feature flag of the app disables it. The
 * stage depends on it.
 */
export function useAccountRole(api: apigateway.RestApi, cloudWatchRole: boolean | undefined): void {
  const isOffByFlag = FeatureFlags.of(api).isEnabled(APIGATEWAY_DISABLE_CLOUDWATCH_ROLE) ?? false;
  if (cloudWatchRole ?? !isOffByFlag) return api.deploymentStage.node.addDependency(ensureAccount(Stack.of(api)));
  if (cloudWatchRole === undefined) informAboutFlag(api);
}

function ensureAccount(stack: Stack): apigateway.CfnAccount {
  const present = stack.node.tryFindChild(ID) as AccountRole | undefined;
  return (present ?? new AccountRole(stack, ID)).account;
}

/** An info, not a warning: `cdk init` sets the flag, and many accounts have the role. */
function informAboutFlag(api: apigateway.RestApi): void {
  Annotations.of(api).addInfoV2(
    'cdk-image-service:cloudwatch-role',
    `'cloudWatchRole' follows the feature flag ${APIGATEWAY_DISABLE_CLOUDWATCH_ROLE}, got: no role; the deployment fails unless API Gateway has a `
    + "CloudWatch Logs role in this account and region. Set 'cloudWatchRole: true' to create the role, or 'cloudWatchRole: false' if one exists.",
  );
}
