import type { Problem } from './model';
import type { Reply } from './reply';

/** The error table of http-api.md. */
const STATUS_OF: Record<string, number> = {
  'invalid-request': 400,
  'invalid-cursor': 400,
  'invalid-principal': 400,
  'unauthenticated': 401,
  'forbidden': 403,
  'not-found': 404,
  'no-such-route': 404,
  'method-not-allowed': 405,
  'upload-missing': 409,
  'idempotency-conflict': 409,
  'not-ready': 409,
  'version-conflict': 412,
  'too-large': 413,
  'body-too-large': 413,
  'unsupported-type': 415,
  'unsupported-media-type': 415,
  'upload-rejected': 422,
};

const MEMBERS = ['type', 'title', 'status', 'detail', 'code', 'errors', 'instance', 'rejection', 'accepted', 'limit'];

/** Text of stack traces, SDKs and file paths: a caller must see no such text. */
const LEAKS = /\bat \S+ \(|node_modules|\.ts:\d|\.js:\d|Exception|ECONN|NoSuchKey|AccessDenied|aws-sdk|dynamodb|valibot|SyntaxError|TypeError/i;

/** Faults in an error body, for any error. */
export function* faultsOfProblem(problem: Problem, status: number): Generator<string> {
  const strangers = Object.keys(problem).filter(key => !MEMBERS.includes(key));
  if (strangers.length > 0) yield `it has members that no problem has: ${strangers.join()}`;
  for (const member of ['type', 'title', 'detail', 'code', 'instance'] as const) {
    if (typeof problem[member] !== 'string' || problem[member] === '') {
      yield `${member} must be a text, got: ${JSON.stringify(problem[member])}`;
    }
  }
  if (problem.status !== STATUS_OF[problem.code]) {
    yield `the status of ${problem.code} must be ${STATUS_OF[problem.code]}, got: ${problem.status}`;
  }
  if (problem.status !== status) yield `the body says ${problem.status}, the answer is ${status}`;
  if (problem.errors !== undefined && problem.status !== 400) yield `${problem.status} has no errors`;
  yield* (problem.errors ?? []).filter(isStrange).map(
    error => `an error must have a path and a message, got: ${JSON.stringify(error)}`,
  );
  const shown = JSON.stringify([problem.title, problem.detail, problem.errors?.map(error => error.message)]);
  if (LEAKS.test(shown)) yield `it tells of what is inside: ${shown}`;
}

function isStrange(error: { readonly path: unknown; readonly message: unknown }): boolean {
  return Object.keys(error).sort().join() !== 'message,path' || typeof error.path !== 'string'
    || typeof error.message !== 'string';
}

/** Expects an error of this code and, where `paths` are given, faults in at least those places. */
export function expectProblem(reply: Reply, code: string, paths: readonly string[] = []): Problem {
  expect(`${reply.status} ${readCode(reply)} for ${reply.toString()}`).toMatch(
    new RegExp(`^${STATUS_OF[code]} ${code} `),
  );
  const problem = reply.json<Problem>();
  expect((problem.errors ?? []).map(error => foldHeaderName(error.path))).toEqual(
    expect.arrayContaining(paths.map(foldHeaderName)),
  );
  return problem;
}

/** Header names are case-insensitive (RFC 9110, section 5.1); JSON Pointers are not. */
function foldHeaderName(path: string): string {
  return path.startsWith('/') ? path : path.toLowerCase();
}

function readCode(reply: Reply): string {
  try {
    return reply.json<Problem>().code;
  } catch {
    return 'no-problem-document';
  }
}
