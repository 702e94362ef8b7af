import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import { type AccessMode, LIMITS, PROBLEMS, type ProblemCode } from '../contract';
import { buildGatewayProblem, buildProblemHeaders, TEMPLATE_TYPE } from './problem-templates';

interface Answer {
  readonly code: ProblemCode;
  readonly detail: string;
  readonly headers?: Record<string, string>;
  readonly extras?: object;
}

const { ResponseType } = apigateway;

const BEARER = { 'www-authenticate': "'Bearer'" };
/** RFC 9110, section 11.6.1: a 401 names the authentication scheme. */
const UNAUTHENTICATED: Readonly<Record<AccessMode, Answer>> = {
  iam: {
    code: 'unauthenticated',
    detail: 'The request is not signed, or its signature is not valid.',
    headers: { 'www-authenticate': "'AWS4-HMAC-SHA256'" },
  },
  jwt: { code: 'unauthenticated', detail: 'The token is missing or not valid.', headers: BEARER },
  custom: { code: 'unauthenticated', detail: 'The credentials are missing or not valid.', headers: BEARER },
};
const FORBIDDEN: Answer = { code: 'forbidden', detail: 'The caller may not do this.' };
const INVALID: Answer = { code: 'invalid-request', detail: 'The request is malformed.' };
const RATE_LIMITED: Answer = {
  code: 'rate-limited',
  detail: 'Too many requests; try again later.',
  headers: { 'retry-after': "'1'" },
};
const INTERNAL: Answer = { code: 'internal', detail: 'Something went wrong on our side.' };
const UNAVAILABLE: Answer = {
  code: 'unavailable',
  detail: 'The service did not answer in time; try again.',
  headers: { 'retry-after': "'1'" },
};

/** Responses that API Gateway sends itself. Its defaults are `{"message": …}` with codes of its own. */
const ANSWERS: [apigateway.ResponseType, Answer | 'unauthenticated'][] = [
  [ResponseType.ACCESS_DENIED, FORBIDDEN],
  [ResponseType.API_CONFIGURATION_ERROR, INTERNAL],
  // The authorizer is unreachable or failed: throttled, timed out, or its issuer is down. A retry may succeed.
  [ResponseType.AUTHORIZER_CONFIGURATION_ERROR, UNAVAILABLE],
  [ResponseType.AUTHORIZER_FAILURE, UNAVAILABLE],
  [ResponseType.BAD_REQUEST_BODY, INVALID],
  [ResponseType.BAD_REQUEST_PARAMETERS, INVALID],
  // All other types are in this list, so this one covers incomplete signatures and unknown access keys
  // (IncompleteSignatureException, UnrecognizedClientException). They have no type of their own.
  [ResponseType.DEFAULT_4XX, 'unauthenticated'],
  [ResponseType.DEFAULT_5XX, INTERNAL],
  [ResponseType.EXPIRED_TOKEN, 'unauthenticated'],
  [ResponseType.INTEGRATION_FAILURE, UNAVAILABLE],
  [ResponseType.INTEGRATION_TIMEOUT, UNAVAILABLE],
  [ResponseType.INVALID_API_KEY, FORBIDDEN],
  [ResponseType.INVALID_SIGNATURE, 'unauthenticated'],
  [ResponseType.MISSING_AUTHENTICATION_TOKEN, 'unauthenticated'],
  [ResponseType.QUOTA_EXCEEDED, RATE_LIMITED],
  [
    ResponseType.REQUEST_TOO_LARGE,
    { code: 'body-too-large', detail: 'The body is too large.', extras: { limit: LIMITS.BODY_BYTES } },
  ],
  [ResponseType.RESOURCE_NOT_FOUND, { code: 'no-such-route', detail: 'There is nothing at this path.' }],
  [ResponseType.THROTTLED, RATE_LIMITED],
  [ResponseType.UNAUTHORIZED, 'unauthenticated'],
  [
    ResponseType.UNSUPPORTED_MEDIA_TYPE,
    { code: 'unsupported-media-type', detail: 'The content type of the body is not supported.' },
  ],
  [ResponseType.WAF_FILTERED, FORBIDDEN],
];

/** Gives API Gateway's own responses the format of the API function. */
export function addGatewayResponses(api: apigateway.RestApi, mode: AccessMode, corsOrigins: string[]): void {
  for (const [type, answer] of ANSWERS) {
    const { code, detail, headers, extras } = answer === 'unauthenticated' ? UNAUTHENTICATED[mode] : answer;
    api.addGatewayResponse(type.responseType, {
      type,
      // Always set: the defaults within a type differ (a failed function is 502), and the body names the status too.
      statusCode: `${PROBLEMS[code].status}`,
      responseHeaders: { ...buildProblemHeaders(corsOrigins), ...headers },
      templates: { [TEMPLATE_TYPE]: buildGatewayProblem(code, detail, extras) },
    });
  }
}
