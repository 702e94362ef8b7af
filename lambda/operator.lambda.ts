import type { Context } from 'aws-lambda';
import { operate } from './domain/operate/operate';
import { runInvocation } from './runtime/invocation';
import { readOperatorConfig } from './runtime/operator-config';
import { describeOperation } from './runtime/operator-log';
import { readOperatorRequest } from './runtime/operator-request';
import { logger } from './runtime/telemetry';
import { createOperatorDeps } from './wiring/operator';
import type { OperatorAnswer } from '../src/contract';

type Remaining = Pick<Context, 'getRemainingTimeInMillis'>;

const deps = createOperatorDeps(readOperatorConfig(process.env));

/** Time kept back to finish work in progress before Lambda ends the function (milliseconds). */
const RESERVE_MS = 15_000;

/** Called through the construct's grant (`cdk-image-service`, the command). An invalid request makes the call fail. */
export async function handler(event: unknown, context: Remaining): Promise<OperatorAnswer> {
  return runInvocation(context, async () => {
    const request = readOperatorRequest(event);
    const asked = 'seconds' in request && request.seconds !== undefined ? request.seconds * 1000 : Infinity;
    const time = Math.min(asked, context.getRemainingTimeInMillis() - RESERVE_MS);
    const answer = await operate(deps, request, deps.clock.now() + time);
    const facts = describeOperation(request, answer);
    logger.info('operated', { ...facts });
    return answer;
  });
}
