import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import { IMAGE_TYPES, listMethods, PROBLEMS, type ProblemCode } from '../contract';
import { buildMockProblem, buildProblemHeaders, TEMPLATE_TYPE } from './problem-templates';
import { suppress } from '../private/nag';

/**
 * Content types that clients send. API Gateway selects a request template by content type and has no wildcard. Others
 * get 415: a passed-through body would be the mock's input, and without a `statusCode` in it the mock answers 500.
 */
const REQUEST_TYPES = [
  'application/json', 'application/x-www-form-urlencoded', 'multipart/form-data', 'text/plain', 'text/html', 'text/csv',
  'text/xml',
  'application/xml', 'application/octet-stream', 'application/problem+json', 'application/merge-patch+json',
  'application/json-patch+json',
  'application/ld+json', 'application/x-ndjson', 'application/graphql', 'application/pdf', 'application/zip',
  'application/x-amz-json-1.0',
  'application/x-amz-json-1.1', 'image/svg+xml', ...IMAGE_TYPES,
];

interface MockAnswer {
  readonly code: ProblemCode;
  readonly detail: string;
  readonly headers: Record<string, string>;
}

/**
 * Answers requests without a route. Without it, API Gateway sends one response to unknown paths, undeclared methods and
 * unsigned requests (`MISSING_AUTHENTICATION_TOKEN`).
 */
export class MockMethods {
  constructor(private readonly corsOrigins: string[]) {}

  /** Answers 404 to all paths without a resource. */
  public answerUnknownPaths(api: apigateway.RestApi): void {
    const answer = { code: 'no-such-route', detail: 'There is nothing at this path.', headers: {} } as const;
    this.addAny(api.root, answer);
    this.addAny(api.root.addResource('{proxy+}'), answer);
  }

  /** Answers 405 to methods that a resource does not have. */
  public answerOtherMethods(resource: apigateway.IResource): void {
    const allow = listMethods(resource.path).join(', ');
    this.addAny(resource, {
      code: 'method-not-allowed',
      detail: `This resource allows ${allow}.`,
      headers: { allow: `'${allow}'` },
    });
  }

  private addAny(resource: apigateway.IResource, answer: MockAnswer): void {
    const headers = { ...buildProblemHeaders(this.corsOrigins), ...answer.headers };
    const status = `${PROBLEMS[answer.code].status}`;
    const method = resource.addMethod('ANY', buildMockIntegration(answer, status, headers), {
      authorizationType: apigateway.AuthorizationType.NONE,
      methodResponses: [{ statusCode: status, responseParameters: asResponseHeaders(headers, () => true) }],
    });
    suppress(method, {
      rules: ['AwsSolutions-APIG4', 'AwsSolutions-COG4', 'CKV_AWS_59'],
      reason: 'The method answers the same 404 or 405 to all callers; with authorization the answer would be 401.',
    });
  }
}

function buildMockIntegration(
  { code, detail }: MockAnswer, status: string, headers: Record<string, string>,
): apigateway.MockIntegration {
  return new apigateway.MockIntegration({
    passthroughBehavior: apigateway.PassthroughBehavior.NEVER,
    requestTemplates: Object.fromEntries(REQUEST_TYPES.map(type => [type, `{"statusCode": ${status}}`])),
    integrationResponses: [{
      statusCode: status,
      responseParameters: asResponseHeaders(headers, value => value),
      responseTemplates: { [TEMPLATE_TYPE]: buildMockProblem(code, detail) },
    }],
  });
}

function asResponseHeaders<T>(headers: Record<string, string>, toValue: (value: string) => T): Record<string, T> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [`method.response.header.${name}`, toValue(value)]),
  );
}
