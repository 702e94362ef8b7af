import type { Context, Middleware } from '@20minutes/s3rver';
import { accessDenied } from './errors';

const METHODS = ['GET', 'HEAD', 'PUT'];
const MAX_AGE_SECONDS = '3000';

/** As in the construct's rule: what the service signs. */
const HEADERS = ['content-type', 'content-length', 'if-none-match', 'x-amz-checksum-sha256'];

/** The CORS rule that the construct puts on the bucket: the origins of `uploads.corsOrigins`, and the headers of uploads. */
export function cors(origins: readonly string[]): Middleware {
  return async (ctx, next) => {
    const origin = ctx.get('origin');
    const isPreflight = ctx.method === 'OPTIONS';
    const method = isPreflight ? ctx.get('access-control-request-method') : ctx.method;
    const isAllowed = origins.includes(origin) && METHODS.includes(method) && requestedHeaders(ctx).every(name => HEADERS.includes(name));
    if (isPreflight && !isAllowed) throw accessDenied('CORSResponse: This CORS request is not allowed.');
    if (isAllowed) allow(ctx, origin);
    if (isPreflight) preflight(ctx);
    else await next();
  };
}

/** None where it is no preflight. */
function requestedHeaders(ctx: Context): string[] {
  return ctx.get('access-control-request-headers').toLowerCase().split(',').map(name => name.trim()).filter(name => name !== '');
}

function allow(ctx: Context, origin: string): void {
  ctx.set('Access-Control-Allow-Origin', origin);
  ctx.set('Access-Control-Expose-Headers', 'ETag');
  ctx.set('Vary', 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method');
}

function preflight(ctx: Context): void {
  ctx.set('Access-Control-Allow-Methods', METHODS.join(', '));
  ctx.set('Access-Control-Allow-Headers', requestedHeaders(ctx).join(', '));
  ctx.set('Access-Control-Max-Age', MAX_AGE_SECONDS);
  ctx.status = 200;
  ctx.body = '';
}
