import type { HttpResponse } from './messages';
import { PROBLEM_CONTENT_TYPE, PROBLEMS, buildProblemType } from '../../src/contract';
import { ProblemError, TryAgain, buildUnavailable } from '../domain/errors';

const RETRY_AFTER_SECONDS = '1';

/** The body of a problem (RFC 9457). `instance` is the request's path. */
export function buildProblemBody(error: ProblemError, path: string): Record<string, unknown> {
  const { status, title } = PROBLEMS[error.code];
  return {
    type: buildProblemType(error.code),
    title,
    status,
    detail: error.detail,
    code: error.code,
    ...error.extras,
    instance: encodeInstance(path),
  };
}

export function buildProblemResponse(
  error: ProblemError, path: string, headers: Record<string, string> = {},
): HttpResponse {
  const { status } = PROBLEMS[error.code];
  return {
    status,
    headers: {
      'content-type': PROBLEM_CONTENT_TYPE,
      ...(status === 503 ? { 'retry-after': RETRY_AFTER_SECONDS } : {}),
      ...headers,
    },
    body: JSON.stringify(buildProblemBody(error, path)),
  };
}

/** The public problem for an error. Internal errors reveal nothing to the client. */
export function toProblem(error: unknown): ProblemError {
  if (error instanceof ProblemError) return error;
  if (error instanceof TryAgain) return buildUnavailable();
  return new ProblemError('internal', 'Something went wrong on our side.');
}

/** `instance` must be a URI reference (RFC 9457, section 3.1.5): all other characters of the path are encoded. */
function encodeInstance(path: string): string {
  return replaceSurrogates(path).replace(
    /%(?![0-9A-Fa-f]{2})|[^A-Za-z0-9\-._~!$&'()*+,;=:@/%]/gu, char => encodeURIComponent(char),
  );
}

/** The path of an image, for the problem of one image of a batch. */
export function buildImagePath(imageId: string): string {
  return `/images/${encodeURIComponent(replaceSurrogates(imageId))}`;
}

/** Lone surrogates, which no URI can carry, become U+FFFD. */
export function replaceSurrogates(text: string): string {
  return Buffer.from(text, 'utf8').toString('utf8');
}
