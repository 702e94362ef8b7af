import { listFailed } from './list-failed';
import { redrive } from './redrive';
import { reprocess } from './reprocess';
import type { Progress } from './tally';
import type { OperatorAnswer, OperatorRequest } from '../../../src/contract';
import type { OperatorDeps } from '../ports';

/** Works until all is done, or until `deadline` (epoch milliseconds), and returns its progress. */
export async function operate(deps: OperatorDeps, request: OperatorRequest, deadline: number): Promise<OperatorAnswer> {
  const progress = await perform(deps, request, deadline);
  return { ...progress, status: await deps.queues.status() };
}

async function perform(deps: OperatorDeps, request: OperatorRequest, deadline: number): Promise<Progress> {
  switch (request.command) {
    case 'status': return { done: true, seen: 0, queued: 0, skipped: 0, left: {} };
    case 'failed': return listFailed(deps, request, deadline);
    case 'redrive': return redrive(deps, request, deadline);
    case 'reprocess': return reprocess(deps, request, deadline);
  }
}
