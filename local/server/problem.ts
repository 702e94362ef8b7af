import { randomUUID } from 'node:crypto';
import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { PROBLEM_CONTENT_TYPE, type ProblemCode, PROBLEMS, buildProblemType } from '../../src/contract';

/** A problem document (RFC 9457) that the server writes itself, before or instead of a handler. */
export interface LocalProblem {
  readonly code: ProblemCode;
  readonly detail: string;
  /** Path of the request. */
  readonly instance: string;
  readonly requestId?: string;
}

export function buildProblemHeaders(
  { requestId = randomUUID() }: Pick<LocalProblem, 'requestId'> = {},
): Record<string, string> {
  return { 'content-type': PROBLEM_CONTENT_TYPE, 'cache-control': 'no-store', 'x-request-id': requestId };
}

export function buildProblemBody({ code, detail, instance }: LocalProblem): string {
  const { status, title } = PROBLEMS[code];
  return JSON.stringify({ type: buildProblemType(code), title, status, detail, code, instance });
}

/** Answers with the problem. If the response has begun already, it closes the connection instead. */
export function sendProblem(response: ServerResponse, problem: LocalProblem, headers: OutgoingHttpHeaders = {}): void {
  if (response.headersSent) return void response.destroy();
  const body = buildProblemBody(problem);
  response.writeHead(PROBLEMS[problem.code].status, {
    ...buildProblemHeaders(problem),
    'content-length': Buffer.byteLength(body),
    // Node's own date ignores the offset that tests put on the clock.
    'date': new Date().toUTCString(),
    ...headers,
  });
  response.end(body);
}

/** Path of a request target, which may be a whole URL (RFC 9112, section 3.2.2), without the query. */
export function parsePath(target = '/'): string {
  return target.replace(/^https?:\/\/[^/?]*/i, '').split('?')[0] || '/';
}
