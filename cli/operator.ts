import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { type Connection, explainError } from './connection';
import type { OperatorAnswer, OperatorRequest } from '../src/contract';

export type Ask = (request: OperatorRequest) => Promise<OperatorAnswer>;

/** Milliseconds. One call works for seconds, although a function may run for 15 minutes. */
const ANSWER_WITHIN_MS = 120_000;

/** Connects to the operator function, on AWS, an emulator or the local server. */
export function connectOperator(functionName: string, connection: Connection): Ask {
  const requestHandler = { requestTimeout: ANSWER_WITHIN_MS, throwOnRequestTimeout: true };
  const client = new LambdaClient({ ...connection, requestHandler });
  return async request => {
    const { FunctionError, Payload } = await send(client, functionName, request);
    const answer = JSON.parse(Payload === undefined
      ? 'null'
      : Buffer.from(Payload).toString('utf8')) as OperatorAnswer & { errorMessage?: string };
    if (FunctionError !== undefined) {
      throw new Error(`${functionName} failed: ${answer?.errorMessage ?? FunctionError}`);
    }
    if (typeof answer?.done !== 'boolean') {
      throw new Error(
        `${functionName} must be the operator function of an image service, got the answer: ${JSON.stringify(answer).slice(0, 200)}`,
      );
    }
    return answer;
  };
}

async function send(client: LambdaClient, functionName: string, request: OperatorRequest) {
  try {
    return await client.send(
      new InvokeCommand({ FunctionName: functionName, Payload: Buffer.from(JSON.stringify(request)) }),
    );
  } catch (error) {
    throw new Error(explain(error as Error & { code?: string }, functionName), { cause: error });
  }
}

function explain(error: Error & { code?: string }, functionName: string): string {
  const { name, message } = error;
  switch (name) {
    case 'ResourceNotFoundException': return `this account and region have no function ${functionName}: take --function from the outputs of the stack, and pass its region as --region`;
    case 'AccessDeniedException': return `these credentials must allow lambda:InvokeFunction on ${functionName} (grantOperate). ${message}`;
  }
  return explainError(error) ?? (message || name);
}
