import type { Problem } from './model';
import { checkProblem } from './problems';
import type { Reply } from './reply';
import { disagreements } from '../../support/openapi';

const seenRequestIds = new Set<string>();

/** What http-api.md promises of every API response, whatever was asked. */
export function checkEveryReply(reply: Reply): void {
  const about = reply.toString();
  if (reply.status >= 500) throw new Error(`no request may end in 5xx: ${about}`);
  const repeated = reply.headerNames.filter(name => name !== 'set-cookie' && reply.headers(name).length > 1);
  expect({ about, repeated }).toEqual({ about, repeated: [] });
  expect({ about, cacheControl: reply.header('cache-control') }).toEqual({ about, cacheControl: 'no-store' });
  checkRequestId(reply);
  const { method, target } = reply.request;
  expect({ about, undocumented: disagreements(method, target, reply.status, reply.header('content-type'), reply.body.toString('utf8')) })
    .toEqual({ about, undocumented: [] });
  if (reply.request.method === 'HEAD' || reply.status === 204) {
    expect({ about, length: reply.body.length }).toEqual({ about, length: 0 });
  } else if (reply.status >= 400) {
    expect({ about, type: reply.header('content-type') }).toEqual({ about, type: 'application/problem+json' });
    const problem = reply.json<Problem>();
    checkProblem(problem, reply.status);
    checkInstance(problem, reply.request.target);
  } else if (reply.status < 300) {
    expect(reply.header('content-type')).toMatch(/^application\/json(;|$)/);
    reply.json();
  }
}

/** The service makes the id: never the client's, never one used before. */
function checkRequestId(reply: Reply): void {
  const id = reply.header('x-request-id') ?? '';
  const sent = reply.request.headers.filter(([name]) => name.toLowerCase() === 'x-request-id').map(([, value]) => value);
  expect({ present: id !== '', echoed: sent.includes(id), seen: seenRequestIds.has(id) }).toEqual({ present: true, echoed: false, seen: false });
  seenRequestIds.add(id);
}

/** `instance` is the request's path. How it writes escapes and a trailing slash is not said, so such paths are left alone. */
function checkInstance(problem: Problem, target: string): void {
  const path = target.split('?')[0];
  if (/^[\w/.~-]*[\w.~-]$/.test(path)) expect(problem.instance).toBe(path);
}
