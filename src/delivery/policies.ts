import { Duration } from 'aws-cdk-lib';
import * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import type { Construct } from 'constructs';
import { DELIVERY, buildDeliveryHeaders, type DeliveryCors } from '../contract';
import { buildAccountName } from '../private/account-name';

const DAY = Duration.days(1);

/**
 * Makes a cache policy. The cache key is the path and the given headers. Query strings, cookies and other headers do
 * not reach the origin.
 */
function makeCachePolicy(
  scope: Construct,
  id: string,
  comment: string,
  headerBehavior: cloudfront.CacheHeaderBehavior,
  ttl: Pick<cloudfront.CachePolicyProps, 'minTtl' | 'defaultTtl' | 'maxTtl'>,
): cloudfront.CachePolicy {
  return new cloudfront.CachePolicy(scope, id, {
    cachePolicyName: buildAccountName(scope, id),
    comment,
    queryStringBehavior: cloudfront.CacheQueryStringBehavior.none(),
    cookieBehavior: cloudfront.CacheCookieBehavior.none(),
    headerBehavior,
    ...ttl,
  });
}

const COMMENTS = {
  signed: 'Image service: images',
  anyone: 'Image service: images',
  public: 'Image service: public images',
} as const;

/**
 * TTL of images. Without signatures as the origin says, at most a year. With signatures a year, independent of the
 * origin. Variants that were stored before the CDN existed have no header, and never change either. Below `/public/` an
 * hour at most, if an invalidation gets lost.
 */
export function makeImageCachePolicy(
  scope: Construct, id: string, viewers: keyof typeof DELIVERY.MIN_TTL_SECONDS,
): cloudfront.CachePolicy {
  const minTtl = Duration.seconds(DELIVERY.MIN_TTL_SECONDS[viewers]);
  const exactFormat = cloudfront.CacheHeaderBehavior.allowList(DELIVERY.EXACT_FORMAT_HEADER);
  return makeCachePolicy(scope, id, COMMENTS[viewers], exactFormat, { minTtl, ...buildLongTtl(viewers, minTtl) });
}

function buildLongTtl(
  viewers: keyof typeof COMMENTS, minTtl: Duration,
): Pick<cloudfront.CachePolicyProps, 'defaultTtl' | 'maxTtl'> {
  const hour = Duration.seconds(DELIVERY.PUBLIC_TTL_SECONDS);
  if (viewers === 'public') return { defaultTtl: hour, maxTtl: hour };
  return {
    defaultTtl: Duration.seconds(Math.max(minTtl.toSeconds(), DAY.toSeconds())),
    maxTtl: Duration.days(365),
  };
}

/** A day, independent of the page's own headers: a flood of unsigned requests then costs nothing. */
export function makeErrorPageCachePolicy(scope: Construct, id: string): cloudfront.CachePolicy {
  return makeCachePolicy(scope, id, 'Image service: error pages', cloudfront.CacheHeaderBehavior.none(), {
    minTtl: DAY,
    defaultTtl: DAY,
    maxTtl: DAY,
  });
}

export function makeHeadersPolicy(scope: Construct, id: string, cors: DeliveryCors): cloudfront.ResponseHeadersPolicy {
  const {
    'content-security-policy': contentSecurityPolicy, 'strict-transport-security': transport, 'x-content-type-options': _nosniff, ...others
  } = buildDeliveryHeaders(cors.origins);
  return new cloudfront.ResponseHeadersPolicy(scope, id, {
    responseHeadersPolicyName: buildAccountName(scope),
    comment: 'Image service: headers of every response',
    securityHeadersBehavior: {
      contentSecurityPolicy: { contentSecurityPolicy, override: true },
      contentTypeOptions: { override: true },
      strictTransportSecurity: {
        accessControlMaxAge: Duration.seconds(Number(/^max-age=(\d+)$/.exec(transport)![1])),
        override: true,
      },
    },
    customHeadersBehavior: {
      customHeaders: Object.entries(others).map(([header, value]) => ({ header, value, override: true })),
    },
    corsBehavior: cors.origins.length > 0 ? buildCorsBehavior(cors) : undefined,
  });
}

/**
 * With cookies, origins and headers must be named. CloudFormation requires methods and headers, which only matter for a
 * preflight. CloudFront answers OPTIONS with 403, because the behavior allows GET and HEAD only.
 */
function buildCorsBehavior({ origins, credentials }: DeliveryCors): cloudfront.ResponseHeadersCorsBehavior {
  return {
    accessControlAllowOrigins: [...origins],
    accessControlAllowMethods: ['GET', 'HEAD'],
    accessControlAllowHeaders: ['accept', 'range'],
    accessControlAllowCredentials: credentials,
    originOverride: true,
  };
}
