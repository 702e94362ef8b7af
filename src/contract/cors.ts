/** Headers of an answer that a page of a listed web origin may read, beside those that it always may. */
export const EXPOSED_HEADERS = 'allow, location, retry-after, www-authenticate, x-request-id';
