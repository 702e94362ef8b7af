import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import type { Options } from './options';
import type { OperatorAnswer, OperatorRequest } from '../src/contract';

export type Ask = (request: OperatorRequest) => Promise<OperatorAnswer>;

/** A function may work for 15 minutes; we ask for seconds at a time, and it answers a while after (milliseconds). */
const ANSWER_WITHIN_MS = 120_000;

/** The operator's function, wherever it is. */
export function connectOperator({ functionName, region, endpoint, profile }: Options): Ask {
  if (profile !== undefined) process.env.AWS_PROFILE = profile;
  // The SDK tells Node 20 so on each start, which is no operator's business.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
  const client = new LambdaClient({
    region: region ?? (endpoint === undefined ? undefined : process.env.AWS_REGION ?? 'us-east-1'),
    endpoint,
    credentials: endpoint === undefined || hasCredentials(profile) ? undefined : { accessKeyId: 'test', secretAccessKey: 'test' },
    requestHandler: { requestTimeout: ANSWER_WITHIN_MS, throwOnRequestTimeout: true },
  });
  return async request => {
    const { FunctionError, Payload } = await send(client, functionName, request);
    const answer = JSON.parse(Payload === undefined ? 'null' : Buffer.from(Payload).toString('utf8')) as OperatorAnswer & { errorMessage?: string };
    if (FunctionError !== undefined) throw new Error(`${functionName} says: ${answer?.errorMessage ?? FunctionError}`);
    if (typeof answer?.done !== 'boolean') throw new Error(`${functionName} must be the operator's function of an image service; it answered: ${JSON.stringify(answer).slice(0, 200)}`);
    return answer;
  };
}

/** Emulators, and the local server, take any. */
function hasCredentials(profile: string | undefined): boolean {
  return profile !== undefined || Boolean(process.env.AWS_PROFILE) || Boolean(process.env.AWS_ACCESS_KEY_ID);
}

async function send(client: LambdaClient, functionName: string, request: OperatorRequest) {
  try {
    return await client.send(new InvokeCommand({ FunctionName: functionName, Payload: Buffer.from(JSON.stringify(request)) }));
  } catch (error) {
    throw new Error(explain(error as Error & { code?: string }, functionName), { cause: error });
  }
}

function explain({ name, code, message }: Error & { code?: string }, functionName: string): string {
  switch (name) {
    case 'ResourceNotFoundException': return `there is no function ${functionName} in this account and region: --function takes the name that the stack's outputs show, --region its region`;
    case 'AccessDeniedException': return `these credentials may not invoke ${functionName}: whoever operates needs lambda:InvokeFunction on it (grantOperate). ${message}`;
    case 'CredentialsProviderError': return `there are no credentials: sign in, set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or pass --profile. ${message}`;
    case 'ExpiredTokenException':
    case 'UnrecognizedClientException': return `the credentials are not valid, or not any more: sign in again. ${message}`;
  }
  if (message === 'Region is missing') return 'no region is set: pass --region, or set AWS_REGION';
  return code === 'ECONNREFUSED' ? `nothing answers there: ${message || code}; look at --endpoint` : message || name;
}
