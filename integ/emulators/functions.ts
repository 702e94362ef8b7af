import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { buildClientOptions, readDeployment, findPhysicalId } from './deployment';
import type { OperatorAnswer, OperatorRequest } from '../../src/contract';

/** The functions of the service, by a part of their logical ids. */
export const HANDLERS = [
  'ApiFunction', 'Authorizer', 'Sweeper', 'Worker', 'Operator', 'Transform', 'Invalidations', 'Events',
] as const;
export type Handler = typeof HANDLERS[number];

export interface Answer {
  /** Set if the function threw. */
  readonly error?: string;
  readonly payload: string;
}

/** Calls a function as Lambda's clients do. */
export async function invoke(handler: Handler, event: object = {}): Promise<Answer> {
  const stack = readDeployment();
  const FunctionName = findPhysicalId(stack, 'AWS::Lambda::Function', new RegExp(`${handler}\\w*Function`));
  const client = new LambdaClient(buildClientOptions(stack));
  const { FunctionError, Payload = [] } = await client.send(
    new InvokeCommand({ FunctionName, Payload: JSON.stringify(event) }),
  );
  return { error: FunctionError, payload: Buffer.from(Payload).toString() };
}

/** Returns the answer of the operator's function; throws its error message if it rejects the request. */
export async function operate(request: OperatorRequest): Promise<OperatorAnswer> {
  const { error, payload } = await invoke('Operator', request);
  if (error !== undefined) throw new Error(`${request.command} failed: ${payload}`);
  return JSON.parse(payload) as OperatorAnswer;
}
