import type { Problem } from './model';
import { faultsOfProblem } from './problems';
import type { Reply } from './reply';
import { disagreements } from '../../support/openapi';

const seenRequestIds = new Set<string>();

/**
 * The promises of http-api.md for every API response. One expectation checks them all, because thousands of replies
 * pass here.
 */
export function checkEveryReply(reply: Reply): void {
  if (reply.status >= 500) throw new Error(`no request may end in 5xx: ${reply.toString()}`);
  const faults = [...faultsOfHeaders(reply), ...faultsOfBody(reply)];
  if (faults.length > 0) expect({ about: reply.toString(), faults }).toEqual({ about: reply.toString(), faults: [] });
}

function* faultsOfHeaders(reply: Reply): Generator<string> {
  const repeated = reply.headerNames.filter(name => name !== 'set-cookie' && reply.headers(name).length > 1);
  if (repeated.length > 0) yield `these headers come more than once: ${repeated.join()}`;
  if (reply.header('cache-control') !== 'no-store') {
    yield `cache-control must be no-store, got: ${reply.header('cache-control')}`;
  }
  yield* faultsOfRequestId(reply);
}

/** The service makes the id: it is never the client's and never repeats. */
function* faultsOfRequestId(reply: Reply): Generator<string> {
  const id = reply.header('x-request-id') ?? '';
  if (id === '') yield 'x-request-id is absent';
  if (reply.request.headers.some(([name, value]) => name.toLowerCase() === 'x-request-id' && value === id)) {
    yield 'x-request-id is that of the client';
  }
  if (seenRequestIds.has(id)) yield 'x-request-id was used before';
  seenRequestIds.add(id);
}

function* faultsOfBody(reply: Reply): Generator<string> {
  const { method, target } = reply.request;
  const type = reply.header('content-type');
  yield* disagreements(method, target, reply.status, type, reply.body.toString('utf8'));
  if (method === 'HEAD' || reply.status === 204) {
    if (reply.body.length > 0) yield `there must be no body, got ${reply.body.length} bytes`;
  } else if (reply.status >= 400) {
    if (type !== 'application/problem+json') return yield `content-type must be application/problem+json, got: ${type}`;
    const problem = reply.json<Problem>();
    yield* faultsOfProblem(problem, reply.status);
    yield* faultsOfInstance(problem, target);
  } else if (reply.status < 300) {
    if (!/^application\/json(;|$)/.test(type ?? '')) yield `content-type must be application/json, got: ${type}`;
    reply.json();
  }
}

/**
 * `instance` is the request's path. The contract leaves open how it writes escapes and a trailing slash, so such paths
 * are skipped.
 */
function* faultsOfInstance(problem: Problem, target: string): Generator<string> {
  const path = target.split('?')[0];
  if (/^[\w/.~-]*[\w.~-]$/.test(path) && problem.instance !== path) {
    yield `instance must be ${path}, got: ${problem.instance}`;
  }
}
