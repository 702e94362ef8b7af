/** Error codes of the HTTP API (RFC 9457 `application/problem+json`), each with its status and title. */
export const PROBLEMS = {
  'invalid-request': { status: 400, title: 'Invalid request' },
  'invalid-cursor': { status: 400, title: 'Invalid cursor' },
  'invalid-principal': { status: 400, title: 'Invalid principal' },
  'unauthenticated': { status: 401, title: 'Unauthenticated' },
  'forbidden': { status: 403, title: 'Forbidden' },
  'not-found': { status: 404, title: 'Not found' },
  'no-such-route': { status: 404, title: 'No such route' },
  'method-not-allowed': { status: 405, title: 'Method not allowed' },
  'not-acceptable': { status: 406, title: 'Not acceptable' },
  'upload-missing': { status: 409, title: 'Upload missing' },
  'idempotency-conflict': { status: 409, title: 'Idempotency conflict' },
  'not-ready': { status: 409, title: 'Not ready' },
  'version-conflict': { status: 412, title: 'Version conflict' },
  'too-large': { status: 413, title: 'Too large' },
  'body-too-large': { status: 413, title: 'Body too large' },
  'unsupported-type': { status: 415, title: 'Unsupported type' },
  'unsupported-media-type': { status: 415, title: 'Unsupported media type' },
  'upload-rejected': { status: 422, title: 'Upload rejected' },
  'rate-limited': { status: 429, title: 'Rate limited' },
  'internal': { status: 500, title: 'Internal error' },
  'unavailable': { status: 503, title: 'Unavailable' },
} as const;
export type ProblemCode = keyof typeof PROBLEMS;

/** `type` of a problem: a URI that contains the code. It need not resolve (RFC 9457, section 3.1.1). */
export function buildProblemType(code: ProblemCode): string {
  return `urn:cdk-image-service:problem:${code}`;
}

export const PROBLEM_CONTENT_TYPE = 'application/problem+json';
