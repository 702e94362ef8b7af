import type { OperatorAnswer, OperatorRequest } from '../../src/contract';
import { computeShortHash } from '../domain/short-hash';

/**
 * The fields of the log line for a request: no user, and no list, since a thousand images are too many for a line. No
 * cursor either: it can be the key of an item that holds a tag.
 */
export function describeOperation(
  request: OperatorRequest, answer: OperatorAnswer,
): { readonly asked: object; readonly answer: object } {
  return { asked: describeRequest(request), answer: describeAnswer(answer) };
}

function describeRequest(request: OperatorRequest): object {
  const { user_id, cursor, ...rest } = { user_id: undefined, cursor: undefined, ...request };
  return {
    ...rest,
    ...user_id !== undefined && { user_hash: computeShortHash(user_id) },
    ...cursor !== undefined && { continued: true },
  };
}

function describeAnswer({ failed, cursor: _, ...answer }: OperatorAnswer): object {
  return { ...answer, ...failed && { listed: failed.length } };
}
