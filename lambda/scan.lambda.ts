import type { Context } from 'aws-lambda';
import { scanObject } from './clamav/scan-object';
import { readScanConfig } from './runtime/clamav-config';
import { runInvocation } from './runtime/invocation';
import { logger } from './runtime/telemetry';
import { createScanDeps } from './wiring/scan';
import { parseImageId, type ScanAnswer, type ScanRequest } from '../src/contract';

const deps = createScanDeps(readScanConfig(process.env));

/** Time kept back to write the result on the object before Lambda ends the function (milliseconds). */
const RESERVE_MS = 10_000;

export async function handler(
  request: ScanRequest, context: Pick<Context, 'getRemainingTimeInMillis'>,
): Promise<ScanAnswer> {
  return runInvocation(context, async () => {
    const answer = await scanObject(deps, request, deps.now() + context.getRemainingTimeInMillis() - RESERVE_MS);
    logger.info('scanned', { image_id: parseImageId(request.object_key), ...answer });
    return answer;
  });
}
