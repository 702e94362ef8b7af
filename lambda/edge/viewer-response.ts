/*
 * What CloudFront runs for each success that it sends where viewers need a signature. CloudFront runs it for no status of 400 or more
 * (Developer Guide, "Restrictions on all edge functions"), so errors keep their `no-store`. A response headers policy would change those, too.
 * The language is as in viewer-request.ts. The build writes the constant in.
 */

import type { EdgeValue } from './viewer-request';

/** `DELIVERY.PRIVATE_CACHE_CONTROL`. */
declare const CACHE_CONTROL: string;

interface EdgeAnswer {
  readonly statusCode: number;
  readonly headers: Record<string, EdgeValue>;
}

/** For viewers only: by what the origin said, and the cache policy, CloudFront has decided already. */
function handler(event: { response: EdgeAnswer }): EdgeAnswer {
  const response = event.response;
  response.headers['cache-control'] = { value: CACHE_CONTROL };
  return response;
}

/** CloudFront calls the function by its name; only types can be told of it. */
export type EdgeResponseHandler = typeof handler;
export type { EdgeAnswer };
