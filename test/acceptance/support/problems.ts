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

/** Text of stacks, SDKs and file paths, none of which a caller may see. */
const LEAKS = /\bat \S+ \(|node_modules|\.ts:\d|\.js:\d|Exception|ECONN|NoSuchKey|AccessDenied|aws-sdk|dynamodb|valibot|SyntaxError|TypeError/i;

/** What holds for the body of every error. */
export function checkProblem(problem: Problem, status: number): void {
  expect(Object.keys(problem).filter(key => !MEMBERS.includes(key))).toEqual([]);
  for (const member of ['type', 'title', 'detail', 'code', 'instance'] as const) {
    expect({ member, type: typeof problem[member], empty: problem[member] === '' }).toEqual({ member, type: 'string', empty: false });
  }
  expect({ code: problem.code, status: problem.status }).toEqual({ code: problem.code, status: STATUS_OF[problem.code] });
  expect(problem.status).toBe(status);
  expect(problem.errors === undefined || problem.status === 400).toBe(true);
  for (const error of problem.errors ?? []) {
    expect({ keys: Object.keys(error).sort(), path: typeof error.path, message: typeof error.message })
      .toEqual({ keys: ['message', 'path'], path: 'string', message: 'string' });
  }
  expect(JSON.stringify([problem.title, problem.detail, problem.errors?.map(error => error.message)])).not.toMatch(LEAKS);
}

/** Expects an error of this code and, where `paths` are given, faults in at least those places. */
export function expectProblem(reply: Reply, code: string, paths: readonly string[] = []): Problem {
  expect(`${reply.status} ${codeOf(reply)} for ${reply.toString()}`).toMatch(new RegExp(`^${STATUS_OF[code]} ${code} `));
  const problem = reply.json<Problem>();
  expect((problem.errors ?? []).map(error => foldHeaderName(error.path))).toEqual(expect.arrayContaining(paths.map(foldHeaderName)));
  return problem;
}

/** Header names are case-insensitive (RFC 9110, section 5.1), JSON Pointers are not. */
function foldHeaderName(path: string): string {
  return path.startsWith('/') ? path : path.toLowerCase();
}

function codeOf(reply: Reply): string {
  try {
    return reply.json<Problem>().code;
  } catch {
    return 'no-problem-document';
  }
}
