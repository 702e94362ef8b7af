import { Duration, type Stack } from 'aws-cdk-lib';
import * as cognito from 'aws-cdk-lib/aws-cognito';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { ApiAccess, Delivery, Viewers, type ImageServiceProps, type JwtAccessOptions } from '../../src';
import { suppress } from '../../src/private/nag';

/** A user pool that exists already, with a client for browsers and one for a backend. */
export function makeUserPool(stack: Stack) {
  const findClient = (id: string) => cognito.UserPoolClient.fromUserPoolClientId(stack, `Client-${id}`, id);
  return {
    userPool: cognito.UserPool.fromUserPoolId(stack, 'UserPool', 'eu-central-1_AbCdEfGhI'),
    web: findClient('web'),
    backend: findClient('backend'),
  };
}

/** An authorizer of the app. */
export function makeAuthorizer(stack: Stack): lambda.Function {
  const authorizer = new lambda.Function(stack, 'OwnAuthorizer', {
    runtime: lambda.Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: lambda.Code.fromInline('exports.handler = async () => { throw new Error("Unauthorized"); };'),
  });
  for (const construct of [authorizer, authorizer.role!]) {
    suppress(construct, {
      rules: [
        'AwsSolutions-IAM4', 'Serverless-LambdaTracing', 'Serverless-LambdaDLQ',
        'Serverless-LambdaAsyncFailureDestination', 'Serverless-LambdaDefaultMemorySize',
        'Serverless-LambdaDefaultTimeout', 'CKV_AWS_115', 'CKV_AWS_116', 'CKV_AWS_117', 'CKV_AWS_50',
        'W3005',
      ],
      reason: 'Stands for the authorizer of a user, who chooses its settings.',
    });
  }
  return authorizer;
}

export const JWT: JwtAccessOptions = { issuer: 'https://login.example.com/', audience: ['https://api.example.com'] };

/** An access of each kind, other than the default. */
export const ACCESSES: Record<string, (stack: Stack) => ApiAccess> = {
  'tokens': () => ApiAccess.jwt(JWT),
  'every option of tokens': () => ApiAccess.jwt({
    ...JWT,
    jwksUri: 'https://keys.example.com/jwks.json',
    userClaim: 'uid',
    groupsClaim: 'https://example.com/roles',
    requiredScopes: ['images/use'],
    trustedScope: 'images/trusted',
    trustedClients: ['backend'],
    cacheTtl: Duration.hours(1),
  }),
  'Cognito': stack => {
    const { userPool, web, backend } = makeUserPool(stack);
    const trust = { trustedScope: 'images/trusted', trustedClients: [backend] };
    return ApiAccess.cognito(userPool, { clients: [web, backend], ...trust });
  },
  'own authorizer': stack => ApiAccess.custom(makeAuthorizer(stack)),
  'own authorizer without a cache': stack =>
    ApiAccess.custom(makeAuthorizer(stack), { cacheTtl: Duration.seconds(0) }),
};

/** The deliveries that differ in resources. */
const DELIVERIES: Record<string, () => Delivery> = {
  'signed URLs': () => Delivery.cloudFront(),
  'presigned URLs': () => Delivery.presignedOnly(),
  'open URLs': () => Delivery.cloudFront({ viewers: Viewers.anyone() }),
};

/** Each factory of access with each delivery. */
export const ACCESS_AND_DELIVERY = Object.fromEntries(['tokens', 'Cognito', 'own authorizer'].flatMap(access =>
  Object.entries(DELIVERIES).map(([delivery, makeDelivery]) => [
    `${access} and ${delivery}`,
    (stack: Stack): ImageServiceProps => ({ access: ACCESSES[access](stack), delivery: makeDelivery() }),
  ])));
