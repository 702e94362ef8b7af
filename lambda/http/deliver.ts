import type { DeliveryRequest, DeliveryResponse, RequestFacts } from './messages';
import { buildProblemBody, buildProblemResponse, toProblem } from './problem';
import { addRecord, startFacts } from './request-facts';
import { DELIVERY, DELIVERY_HEADERS, PUBLIC_SEGMENT } from '../../src/contract';
import type { TransformDeps } from '../domain/deliver/transform-deps';
import { transformVariant } from '../domain/deliver/transform-variant';
import { parsePath } from '../domain/deliver/wanted-variant';
import { ProblemError } from '../domain/errors';
import { isId } from '../domain/image-id';

export interface DeliveryOptions {
  readonly deps: TransformDeps;
  /** Deadline of the answer (epoch milliseconds). */
  readonly deadline: number;
  /** Receives errors that are hidden from the viewer. */
  readonly onError: (error: unknown, facts: RequestFacts) => void;
  readonly onAnswer?: (facts: RequestFacts) => void;
}

/** Answers the CDN's requests for files that its storage lacks; never throws. */
export async function deliver(request: DeliveryRequest, options: DeliveryOptions): Promise<DeliveryResponse> {
  const facts = describeRequest(request);
  const response = await respond(request, facts, options)
    .catch((error: unknown) => buildProblem(request, facts, error, options));
  facts.status = response.status;
  options.onAnswer?.(facts);
  const headers = { ...DELIVERY_HEADERS, ...response.headers };
  return request.method === 'HEAD' ? { ...response, headers, body: new Uint8Array() } : { ...response, headers };
}

function describeRequest({ requestId, method, path }: DeliveryRequest): RequestFacts {
  const { imageId, isPublic = false } = parsePath(path) ?? {};
  const template = isPublic ? `/${PUBLIC_SEGMENT}${TEMPLATE}` : TEMPLATE;
  const facts = startFacts(requestId, method, ERROR_PAGES.has(path) ? path : template);
  if (imageId !== undefined && isId(imageId)) facts.image_id = imageId;
  return facts;
}

async function respond(
  { method, path, isExact }: DeliveryRequest, facts: RequestFacts, { deps, deadline }: DeliveryOptions,
): Promise<DeliveryResponse> {
  if (method !== 'GET' && method !== 'HEAD') {
    throw new ProblemError('method-not-allowed', 'Allowed methods: GET, HEAD.');
  }
  const page = ERROR_PAGES.get(path);
  if (page) return buildErrorPage(page, path);
  const { bytes, format, etag } = await transformVariant(
    { ...deps, onRecord: record => addRecord(facts, record) }, { path, isExact }, deadline,
  );
  const control = parsePath(path)?.isPublic ? DELIVERY.PUBLIC_CACHE_CONTROL : DELIVERY.CACHE_CONTROL;
  // Storage answers with the same ETag from now on, so caches stay valid.
  return {
    status: 200,
    headers: { 'content-type': `image/${format}`, 'cache-control': control, etag },
    body: bytes,
  };
}

const TEMPLATE = '/{tenant}/{user}/{image_id}/{variant}';

const NO_STORE = { 'cache-control': 'no-store' };

/**
 * Error pages, in place of the CDN's own and of the origin's 404. One page serves all paths, so it names no path.
 */
const ERROR_PAGES: ReadonlyMap<string, ProblemError> = new Map([
  [DELIVERY.ERROR_PAGES[403], new ProblemError(
    'forbidden', 'The signature of the URL or the cookies is missing, invalid or expired. Request new ones from the API.',
  )],
  [DELIVERY.ERROR_PAGES[404], new ProblemError('not-found', 'There is no such variant.')],
]);

/**
 * CloudFront sets its own status.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/creating-custom-error-pages.html
 */
function buildErrorPage(shown: ProblemError, path: string): DeliveryResponse {
  const { instance: _, ...body } = buildProblemBody(shown, path);
  const { headers } = buildProblemResponse(shown, path);
  return { status: 200, headers: { ...headers, ...NO_STORE }, body: Buffer.from(JSON.stringify(body)) };
}

function buildProblem(
  { path }: DeliveryRequest, facts: RequestFacts, error: unknown, { onError }: DeliveryOptions,
): DeliveryResponse {
  const shown = toProblem(error);
  facts.code = shown.code;
  if (shown !== error) onError(error, facts);
  const { status, headers, body = '' } = buildProblemResponse(
    shown, path, shown.code === 'method-not-allowed' ? { allow: 'GET, HEAD' } : {},
  );
  // CloudFront does not cache a 404 with `no-store` (see `DELIVERY.ERROR_PAGES`).
  return { status, headers: { ...headers, ...status !== 404 && NO_STORE }, body: Buffer.from(body) };
}
