import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import type { Construct } from 'constructs';

/** What a kind of access comes to. */
export interface ApiAccessBinding {
  /** How the API function finds out whom a request acts for. */
  readonly mode: string;
  /** What API Gateway checks before it calls the function. */
  readonly authorizationType: apigateway.AuthorizationType;
}

/** Who may call the API, and whom a request acts for. */
export abstract class ApiAccess {
  /**
   * Requests are signed with AWS credentials (Signature Version 4). The signer is a trusted backend that names the end
   * user in the header `x-user-id`; give it permission by `ImageService.grantInvoke()`.
   */
  public static iam(): ApiAccess {
    return new IamAccess();
  }

  /** Called by the service when it makes the API. */
  public abstract bind(scope: Construct): ApiAccessBinding;
}

class IamAccess extends ApiAccess {
  public bind(): ApiAccessBinding {
    return { mode: 'iam', authorizationType: apigateway.AuthorizationType.IAM };
  }
}
