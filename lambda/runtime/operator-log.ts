import type { OperatorAnswer, OperatorRequest } from '../../src/contract';
import { computeShortHash } from '../domain/short-hash';

/** The fields of the log line for a request: no user, and no list, since a thousand images are too many for a line. */
export function describeOperation(
  request: OperatorRequest, answer: OperatorAnswer,
): { readonly asked: object; readonly answer: object } {
  return { asked: withoutUser(request), answer: withoutList(answer) };
}

function withoutUser(request: OperatorRequest): object {
  const { user_id, ...rest } = { user_id: undefined, ...request };
  return { ...rest, ...user_id !== undefined && { user_hash: computeShortHash(user_id) } };
}

function withoutList({ failed, ...answer }: OperatorAnswer): object {
  return { ...answer, ...failed && { listed: failed.length } };
}
