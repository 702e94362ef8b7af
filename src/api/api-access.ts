import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import type { Construct } from 'constructs';

/** Options of every kind of access: they are about the REST API itself. */
export interface ApiAccessOptions {
  /**
   * Whether to make the role by which API Gateway writes logs and set it for the account and region, as the first
   * REST API of an account needs. It is one setting for all REST APIs there, so it stays when the stack is deleted.
   * Turn it off where something else looks after it; without any, the deployment fails.
   * @default true
   */
  readonly cloudWatchRole?: boolean;
}

/** Options of `ApiAccess.iam()`. */
export interface IamAccessOptions extends ApiAccessOptions {}

/** What a kind of access comes to. */
export interface ApiAccessBinding {
  /** How the API function finds out whom a request acts for. */
  readonly mode: string;
  /** What API Gateway checks before it calls the function. */
  readonly authorizationType: apigateway.AuthorizationType;
  /** Whether to make the account's CloudWatch role for API Gateway. */
  readonly cloudWatchRole: boolean;
}

/** Who may call the API, and whom a request acts for. */
export abstract class ApiAccess {
  /**
   * Requests are signed with AWS credentials (Signature Version 4). The signer is a trusted backend that names the end
   * user in the header `x-user-id`; give it permission by `ImageService.grantInvoke()`.
   */
  public static iam(options: IamAccessOptions = {}): ApiAccess {
    return new IamAccess(options);
  }

  /** Called by the service when it makes the API. */
  public abstract bind(scope: Construct): ApiAccessBinding;
}

class IamAccess extends ApiAccess {
  constructor(private readonly options: IamAccessOptions) {
    super();
  }

  public bind(): ApiAccessBinding {
    return { mode: 'iam', authorizationType: apigateway.AuthorizationType.IAM, cloudWatchRole: this.options.cloudWatchRole ?? true };
  }
}
