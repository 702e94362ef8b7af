import type { Context, Middleware } from '@20minutes/s3rver';
import { buildAccessDenied } from './errors';
import { buildBucketCorsRule, type BucketCorsRule } from '../../../src/contract';

/** Applies the CORS rule that the construct puts on the bucket, as S3 does. */
export function createCors(origins: readonly string[]): Middleware {
  const rule = buildBucketCorsRule(origins);
  return async (ctx, next) => {
    const origin = ctx.get('origin');
    const isPreflight = ctx.method === 'OPTIONS';
    const method = isPreflight ? ctx.get('access-control-request-method') : ctx.method;
    const isAllowed = rule.AllowedOrigins.includes(origin) && rule.AllowedMethods.includes(method)
      && listRequestedHeaders(ctx).every(name => rule.AllowedHeaders.includes(name));
    if (isPreflight && !isAllowed) throw buildAccessDenied('CORSResponse: This CORS request is not allowed.');
    if (isAllowed) allow(ctx, origin, rule);
    if (isPreflight) answerPreflight(ctx, rule);
    else await next();
  };
}

/** Empty if the request is not a preflight. */
function listRequestedHeaders(ctx: Context): string[] {
  return ctx.get('access-control-request-headers').toLowerCase().split(',').map(name => name.trim()).filter(
    name => name !== '',
  );
}

function allow(ctx: Context, origin: string, { ExposeHeaders }: BucketCorsRule): void {
  ctx.set('Access-Control-Allow-Origin', origin);
  ctx.set('Access-Control-Expose-Headers', ExposeHeaders.join(', '));
  ctx.set('Vary', 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method');
}

function answerPreflight(ctx: Context, { AllowedMethods, MaxAgeSeconds }: BucketCorsRule): void {
  ctx.set('Access-Control-Allow-Methods', AllowedMethods.join(', '));
  ctx.set('Access-Control-Allow-Headers', listRequestedHeaders(ctx).join(', '));
  ctx.set('Access-Control-Max-Age', String(MaxAgeSeconds));
  ctx.status = 200;
  ctx.body = '';
}
