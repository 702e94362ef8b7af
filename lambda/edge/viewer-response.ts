/*
 * CloudFront runs this for each success, if viewers need a signature. It runs no function for a status of 400 or more
 * (Developer Guide, "Restrictions on all edge functions"), so errors keep their `no-store`. A response headers policy
 * would change those, too. The language is as in viewer-request.ts. The build inserts the constant.
 */

import type { EdgeValue } from './viewer-request';

/** `DELIVERY.PRIVATE_CACHE_CONTROL`. */
declare const CACHE_CONTROL: string;

interface EdgeAnswer {
  readonly statusCode: number;
  readonly headers: Record<string, EdgeValue>;
}

/** For viewers only: CloudFront has already cached by the origin's headers and the cache policy. */
function handler(event: { response: EdgeAnswer }): EdgeAnswer {
  const response = event.response;
  response.headers['cache-control'] = { value: CACHE_CONTROL };
  return response;
}

/** CloudFront calls the function by its name; a module could export only types here. */
export type EdgeResponseHandler = typeof handler;
