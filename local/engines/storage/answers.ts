import { randomUUID } from 'node:crypto';
import type { Context, Middleware } from '@20minutes/s3rver';
import S3Error from '@20minutes/s3rver/lib/models/error';
import { buildStorageFull, isDiskFull } from './errors';

/** Sets the headers of every response, and converts errors to S3's XML. */
export const answerRequests: Middleware = async (ctx, next) => {
  ctx.set('x-amz-request-id', randomUUID());
  // Node's own date ignores the shifted clock, and SDKs adjust their clocks by it.
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

/** A disconnected client is not an error of the server, so it is not logged. */
function convertError({ res }: Context, error: Error): S3Error {
  if (!res.destroyed) console.error(error);
  return isDiskFull(error) ? buildStorageFull() : S3Error.fromError(error);
}
