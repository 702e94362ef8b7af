import type { Context, Middleware } from '@20minutes/s3rver';
import { accessDenied } from './errors';

const METHODS = ['GET', 'HEAD', 'PUT'];
const MAX_AGE_SECONDS = '3000';

/** The CORS rule that the construct puts on the bucket: the origins of `uploads.corsOrigins`, any header. */
export function cors(origins: readonly string[]): Middleware {
  return async (ctx, next) => {
    const origin = ctx.get('origin');
    const isPreflight = ctx.method === 'OPTIONS';
    const method = isPreflight ? ctx.get('access-control-request-method') : ctx.method;
    const isAllowed = origin !== '' && (origins.includes(origin) || origins.includes('*')) && METHODS.includes(method);
    if (isPreflight && !isAllowed) throw accessDenied('CORSResponse: This CORS request is not allowed.');
    if (isAllowed) allow(ctx, origins.includes('*') ? '*' : origin);
    if (isPreflight) preflight(ctx);
    else await next();
  };
}

function allow(ctx: Context, origin: string): void {
  ctx.set('Access-Control-Allow-Origin', origin);
  ctx.set('Access-Control-Expose-Headers', 'ETag');
  ctx.set('Vary', 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method');
}

function preflight(ctx: Context): void {
  ctx.set('Access-Control-Allow-Methods', METHODS.join(', '));
  ctx.set('Access-Control-Allow-Headers', ctx.get('access-control-request-headers').toLowerCase());
  ctx.set('Access-Control-Max-Age', MAX_AGE_SECONDS);
  ctx.status = 200;
  ctx.body = '';
}
