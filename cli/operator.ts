import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import type { Options } from './options';
import type { OperatorAnswer, OperatorRequest } from '../src/contract';

export type Ask = (request: OperatorRequest) => Promise<OperatorAnswer>;

/** Milliseconds. One call works for seconds, although a function may run for 15 minutes. */
const ANSWER_WITHIN_MS = 120_000;

/** Connects to the operator function, on AWS, an emulator or the local server. */
export function connectOperator({ functionName, region, endpoint, profile }: Options): Ask {
  if (profile !== undefined) process.env.AWS_PROFILE = profile;
  // The SDK would warn about Node 20 at each start.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
  const client = new LambdaClient({
    region: region ?? (endpoint === undefined ? undefined : process.env.AWS_REGION ?? 'us-east-1'),
    endpoint,
    credentials: endpoint === undefined || hasCredentials(profile)
      ? undefined
      : { accessKeyId: 'test', secretAccessKey: 'test' },
    requestHandler: { requestTimeout: ANSWER_WITHIN_MS, throwOnRequestTimeout: true },
  });
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

/** Emulators and the local server accept any credentials. */
function hasCredentials(profile: string | undefined): boolean {
  return profile !== undefined || Boolean(process.env.AWS_PROFILE) || Boolean(process.env.AWS_ACCESS_KEY_ID);
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

function explain({ name, code, message }: Error & { code?: string }, functionName: string): string {
  switch (name) {
    case 'ResourceNotFoundException': return `this account and region have no function ${functionName}: take --function from the outputs of the stack, and pass its region as --region`;
    case 'AccessDeniedException': return `these credentials must allow lambda:InvokeFunction on ${functionName} (grantOperate). ${message}`;
    case 'CredentialsProviderError': return `no credentials found: sign in, set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or pass --profile. ${message}`;
    case 'ExpiredTokenException':
    case 'UnrecognizedClientException': return `the credentials are invalid or expired: sign in again. ${message}`;
  }
  if (message === 'Region is missing') return 'no region is set: pass --region, or set AWS_REGION';
  return code === 'ECONNREFUSED'
    ? `no answer from the endpoint: ${message || code}; check --endpoint`
    : message || name;
}
