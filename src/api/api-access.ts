import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import type { Construct } from 'constructs';

/** How the API identifies callers, as the service uses it. */
export interface ApiAccessBinding {
  /** How the API function identifies the user of a request. The API function knows `iam` only. */
  readonly mode: string;
  /** The check of API Gateway before it calls the function. */
  readonly authorizationType: apigateway.AuthorizationType;
}

/** Access to the API: the callers, and how a request names its user. */
export abstract class ApiAccess {
  /**
   * Callers sign requests with AWS credentials (Signature Version 4). The caller is a trusted backend that names the
   * user in the header `x-user-id`. Give it permission with `ImageService.grantInvoke()`.
   */
  public static iam(): ApiAccess {
    return new IamAccess();
  }

  /** Returns the settings of the API. The service calls it when it makes the API. */
  public abstract bind(scope: Construct): ApiAccessBinding;
}

class IamAccess extends ApiAccess {
  public bind(): ApiAccessBinding {
    return { mode: 'iam', authorizationType: apigateway.AuthorizationType.IAM };
  }
}
