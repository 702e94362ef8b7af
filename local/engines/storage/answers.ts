import { randomUUID } from 'node:crypto';
import type { Context, Middleware } from '@20minutes/s3rver';
import S3Error from '@20minutes/s3rver/lib/models/error';

/** What every answer has, refusals too. */
export const answerRequests: Middleware = async (ctx, next) => {
  ctx.set('x-amz-request-id', randomUUID());
  // Node's own date knows nothing of a moved clock, and SDKs correct theirs by it.
  ctx.set('Date', new Date().toUTCString());
  try {
    await next();
  } catch (error) {
    sendError(ctx, error instanceof S3Error ? error : convertError(ctx, error as Error));
  }
};

function sendError(ctx: Context, error: S3Error): void {
  ctx.status = error.status;
  ctx.set('Content-Type', 'application/xml');
  ctx.body = error.toXML();
}

/** A client that broke off is no fault of ours. */
function convertError({ res }: Context, error: Error): S3Error {
  if (!res.destroyed) console.error(error);
  return S3Error.fromError(error);
}
