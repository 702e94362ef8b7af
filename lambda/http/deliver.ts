import type { DeliveryRequest, DeliveryResponse } from './messages';
import { problemBody, problemResponse, toProblem } from './problem';
import { DELIVERY, DELIVERY_HEADERS } from '../../src/contract';
import { type TransformDeps, transformVariant } from '../domain/deliver/transform-variant';
import { ProblemError } from '../domain/errors';

export interface DeliveryOptions {
  readonly deps: TransformDeps;
  /** When the answer has to be there (epoch milliseconds). */
  readonly deadline: number;
  /** Is told of errors that the viewer is not. */
  readonly onError: (error: unknown) => void;
}

/** Answers what a CDN asks for behind its own storage; never throws. */
export async function deliver(request: DeliveryRequest, options: DeliveryOptions): Promise<DeliveryResponse> {
  const response = await respond(request, options).catch((error: unknown) => problem(request, error, options));
  const headers = { ...DELIVERY_HEADERS, ...response.headers };
  return request.method === 'HEAD' ? { ...response, headers, body: new Uint8Array() } : { ...response, headers };
}

async function respond({ method, path }: DeliveryRequest, { deps, deadline }: DeliveryOptions): Promise<DeliveryResponse> {
  if (method !== 'GET' && method !== 'HEAD') throw new ProblemError('method-not-allowed', 'Allowed here are GET, HEAD.');
  if (path === DELIVERY.ERROR_PAGE) return errorPage();
  const { bytes, format } = await transformVariant(deps, path, deadline);
  return { status: 200, headers: { 'content-type': `image/${format}`, 'cache-control': DELIVERY.CACHE_CONTROL }, body: bytes };
}

const NO_STORE = { 'cache-control': 'no-store' };

/**
 * What the CDN shows to whoever may not look, in place of its own page and under its own status. It is one page for all, so it names no path.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/creating-custom-error-pages.html
 */
function errorPage(): DeliveryResponse {
  const forbidden = new ProblemError('forbidden', 'The URL or the cookies are not signed for this, or no longer: ask the API for others.');
  const { instance: _, ...body } = problemBody(forbidden, DELIVERY.ERROR_PAGE);
  const { headers } = problemResponse(forbidden, DELIVERY.ERROR_PAGE);
  return { status: 200, headers: { ...headers, ...NO_STORE }, body: Buffer.from(JSON.stringify(body)) };
}

function problem({ path }: DeliveryRequest, error: unknown, { onError }: DeliveryOptions): DeliveryResponse {
  const shown = toProblem(error);
  if (shown !== error) onError(error);
  const { status, headers, body = '' } = problemResponse(shown, path, shown.code === 'method-not-allowed' ? { allow: 'GET, HEAD' } : {});
  return { status, headers: { ...headers, ...NO_STORE }, body: Buffer.from(body) };
}
