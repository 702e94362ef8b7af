import { computeTenantSegment, computeUserSegment } from '../../domain/caller';
import type { SignedDelivery } from '../../domain/deliver/ports';
import { type SignedPath, buildSignedCookies, signPath } from '../../domain/deliver/signed-path';
import { ProblemError } from '../../domain/errors';
import { readFields } from '../fields';
import { respondNoContent } from '../messages';
import { hasBody, type RouteHandler } from '../route';

/**
 * Cookies that let a browser read all images of the caller. Without signed delivery no cookie is needed or
 * set.
 */
export const createCdnSessionRoute: RouteHandler = async ({ body, faults, caller, deps: { delivery, clock } }) => {
  if (hasBody(body)) readFields({}, body, faults);
  faults.throwIfAny();
  if (delivery.mode === 'presigned') {
    throw new ProblemError(
      'no-such-route', 'This service has no CDN: its variants have presigned URLs, which need no cookies.',
    );
  }
  if (delivery.mode === 'anyone') return respondNoContent();
  const now = clock.now();
  const signed = await signPath(delivery, `/${computeTenantSegment(caller)}/${computeUserSegment(caller)}`, now);
  const attributes = buildCookieAttributes(delivery, signed, now);
  return {
    ...respondNoContent(),
    cookies: buildSignedCookies(signed).map(([name, value]) => [`${name}=${value}`, ...attributes].join('; ')),
  };
};

/**
 * The path is the delivery root, not the user's: after a change of users, a browser has only the cookies of the last
 * one.
 */
function buildCookieAttributes({ baseUrl, cookieDomain }: SignedDelivery, { end }: SignedPath, now: number): string[] {
  const { protocol, pathname } = new URL(baseUrl);
  return [
    ...cookieDomain === undefined ? [] : [`Domain=${cookieDomain}`],
    `Path=${pathname}`,
    `Max-Age=${end - Math.ceil(now / 1000)}`,
    'HttpOnly',
    'SameSite=Lax',
    ...protocol === 'https:' ? ['Secure'] : [],
  ];
}
