import { InvokeCommand, type InvokeCommandOutput, LambdaClient } from '@aws-sdk/client-lambda';
import { readEnvironmentCredentials } from './environment-credentials';
import { call } from './errors';
import { parseImageId, SCAN_RESULTS, SCAN_SECONDS, type ScanAnswer, type ScanRequest } from '../../src/contract';
import { FailedTry, ScannerUnavailable } from '../domain/errors';
import type { Scanner } from '../domain/ports';

/**
 * The function's timeout and some latency, so that the function ends first. The SDK does not repeat the call: the queue
 * does, and a scan that takes too long would do so twice.
 */
const PATIENCE_MS = SCAN_SECONDS.clamav * 1000 + 3000;

const VERDICTS = {
  NO_THREATS_FOUND: 'clean',
  THREATS_FOUND: 'infected',
  UNSUPPORTED: 'unscannable',
  gone: 'gone',
} as const;

/** Invokes the function with ClamAV (`scan.lambda.ts`). Only its own answer makes an original clean. */
export function createClamAvScanner(functionName: string, patienceMs = PATIENCE_MS): Scanner {
  const requestHandler = { connectionTimeout: 2000, requestTimeout: patienceMs, throwOnRequestTimeout: true };
  const client = new LambdaClient({ credentials: readEnvironmentCredentials, maxAttempts: 1, requestHandler });
  return {
    scan: async (objectKey, etag) => {
      const request: ScanRequest = { object_key: objectKey, etag };
      const output = await call(() => client.send(
        new InvokeCommand({ FunctionName: functionName, Payload: Buffer.from(JSON.stringify(request)) }),
      ))
        .catch((error: unknown) => {
          throw new ScannerUnavailable(`${functionName} could not be invoked`, { cause: error });
        });
      const { result } = readAnswer(output, functionName);
      if (result === 'unavailable') throw new ScannerUnavailable(`${functionName} cannot scan now; see its log`);
      if (result === 'FAILED' || result === 'ACCESS_DENIED') {
        throw new FailedTry(
          'ScanFailed', `${functionName} could not scan ${parseImageId(objectKey)}: ${result}; see its log`,
        );
      }
      return VERDICTS[result];
    },
  };
}

/** An answer of another form is no verdict. */
function readAnswer({ FunctionError, Payload }: InvokeCommandOutput, functionName: string): ScanAnswer {
  const text = Payload ? Buffer.from(Payload).toString() : '';
  if (FunctionError) {
    throw new FailedTry(
      'ScanFailed', `${functionName} ended with an error (${FunctionError}); see its log`,
    );
  }
  const answer = parse(text);
  const results: readonly unknown[] = [...SCAN_RESULTS, 'gone', 'unavailable'];
  if (results.includes(answer?.result)) return answer as ScanAnswer;
  throw new FailedTry(
    'ScanFailed',
    `${functionName} must answer {"result": …} with one of ${results.join(', ')}, got: ${text.length} other characters`,
  );
}

function parse(text: string): Partial<ScanAnswer> | undefined {
  try {
    return JSON.parse(text) as Partial<ScanAnswer>;
  } catch {
    return undefined;
  }
}
