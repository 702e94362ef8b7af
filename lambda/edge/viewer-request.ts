/*
 * CloudFront runs this for each request before it looks into its cache, after it has checked method and signature.
 * JavaScript runtime 2.0 of CloudFront Functions (Amazon CloudFront Developer Guide, "JavaScript runtime 2.0
 * features"): ES 5.1 with `const`, `let`, arrow functions and template literals; no modules, classes, spread or
 * destructuring. The build strips the types and inserts the constants. The variants and the CORS rules are put in front
 * at synthesis.
 */

import type { DeliveryCors, EdgeVariants } from '../../src/contract';

declare const VARIANTS: EdgeVariants;
declare const CORS: DeliveryCors;
declare const HAS_PUBLIC_PATHS: boolean;
/** `DELIVERY_HEADERS`. Response headers policies do not change answers that a function makes itself. */
declare const HEADERS: Readonly<Record<string, string>>;
/** Status and title of a problem, and its `type`, by its code. */
declare const EDGE_PROBLEMS: Readonly<Record<'not-found' | 'not-acceptable', {
  status: number;
  title: string;
  type: string;
}>>;
/**
 * `[/public]/<t>/<u>/<image_id>/<name>[.<ext>]`, with the exact shape of each part: a path that cannot be an image
 * costs no origin request. No part may hold a percent sign, so nothing has to be decoded. CloudFront chooses the cache
 * behavior by the normalized path, and a path of this shape is normal: none gets by the signature of its behavior.
 */
declare const PATH: RegExp;
/** `DELIVERY.EXACT_FORMAT_HEADER`. */
declare const EXACT_FORMAT_HEADER: string;
/** Media type by extension. */
declare const MEDIA_TYPES: Readonly<Record<string, string>>;

interface EdgeValue { value: string; multiValue?: { value: string }[] }

interface EdgeRequest {
  readonly method: string;
  uri: string;
  querystring: Record<string, EdgeValue>;
  headers: Record<string, EdgeValue>;
  cookies: Record<string, EdgeValue>;
}

interface EdgeResponse {
  statusCode: number;
  statusDescription: string;
  headers: Record<string, EdgeValue>;
  body: string;
}

/**
 * CloudFront needs these headers for ranges, conditions and CORS, or does not let a function remove them (Developer
 * Guide, "Restrictions on CloudFront Functions"). All others are removed: they reach neither an origin nor a cache key.
 */
const KEPT = [
  'host', 'via', 'content-length', 'transfer-encoding', 'range', 'if-range', 'if-match', 'if-none-match',
  'if-modified-since', 'if-unmodified-since', 'origin',
];

function handler(event: { request: EdgeRequest }): EdgeRequest | EdgeResponse {
  const request = event.request;
  const parts = PATH.exec(request.uri);
  const extensions = parts && Object.prototype.hasOwnProperty.call(VARIANTS, parts[3]) ? VARIANTS[parts[3]] : [];
  const wanted = parts && parts[4];
  if (
    !parts || (parts[2] && !HAS_PUBLIC_PATHS) || extensions.length === 0
    || (wanted && extensions.indexOf(wanted) < 0)
  ) {
    return problem(request, 'not-found', 'There is no such variant.');
  }
  const extension = wanted || negotiated(extensions, acceptOf(request));
  if (!extension) {
    return problem(request, 'not-acceptable', `This variant can be had as ${extensions.map(typeOf).join(', ')}.`);
  }
  request.uri = `${parts[1]}/${parts[3]}.${extension}`;
  request.querystring = {};
  request.cookies = {};
  Object.keys(request.headers).forEach(name => {
    if (KEPT.indexOf(name) < 0) delete request.headers[name];
  });
  // An animation has no AVIF. A request for one by extension gets 404, and one by `Accept` gets WebP: only this header
  // tells them apart.
  if (wanted === 'avif') request.headers[EXACT_FORMAT_HEADER] = { value: '1' };
  return request;
}

/**
 * The format of the highest weight. Among equal weights: AVIF, else WebP, if `Accept` names it, since `image/*` of a
 * browser means the old formats; else the last format, which most clients can show.
 */
function negotiated(extensions: readonly string[], accept: string): string | undefined {
  const ranges = rangesOf(accept);
  const named = ['webp', 'avif'].filter(
    extension => extensions.indexOf(extension) >= 0 && ranges[typeOf(extension)] !== undefined,
  );
  let best: string | undefined;
  let bestWeight = 0;
  extensions.concat(named).forEach(extension => {
    const weight = weightOf(ranges, typeOf(extension));
    if (weight < bestWeight || !(weight > 0)) return;
    best = extension;
    bestWeight = weight;
  });
  return best;
}

/** Weight of the most specific media range that matches (RFC 9110, section 12.5.1). */
function weightOf(ranges: Record<string, number>, type: string): number {
  const range = [type, 'image/*', '*/*'].filter(candidate => ranges[candidate] !== undefined)[0];
  return range === undefined ? 0 : ranges[range];
}

/** The weight of each media range; of repeated ones the highest. */
function rangesOf(accept: string): Record<string, number> {
  const ranges: Record<string, number> = Object.create(null);
  accept.toLowerCase().split(',').forEach(item => {
    const parameters = item.split(';').map(part => part.trim());
    const range = parameters[0] === '*' ? '*/*' : parameters[0];
    const weights = parameters.slice(1).filter(parameter => parameter.indexOf('q=') === 0).map(
      parameter => parseFloat(parameter.slice(2)),
    );
    // A weight that is no number is ignored; valid ones are from 0 to 1 (RFC 9110, section 12.4.2).
    const weight = weights.length > 0 && weights[0] < 1 ? weights[0] : 1;
    if (ranges[range] === undefined || ranges[range] < weight) ranges[range] = weight;
  });
  return ranges;
}

/** Without `Accept`, or with an empty one, every format is equal (RFC 9110, section 12.5.1). */
function acceptOf(request: EdgeRequest): string {
  const header = request.headers.accept;
  if (!header) return '*/*';
  const values = header.multiValue ? header.multiValue.map(item => item.value) : [header.value];
  return values.join(',').trim() || '*/*';
}

function typeOf(extension: string): string {
  return MEDIA_TYPES[extension];
}

function problem(request: EdgeRequest, code: keyof typeof EDGE_PROBLEMS, detail: string): EdgeResponse {
  const known = EDGE_PROBLEMS[code];
  const headers: Record<string, EdgeValue> = {
    'content-type': { value: 'application/problem+json' },
    'cache-control': { value: 'no-store' },
  };
  Object.keys(HEADERS).forEach(name => { headers[name] = { value: HEADERS[name] }; });
  allow(request.headers.origin, headers);
  return {
    statusCode: known.status,
    statusDescription: known.title,
    headers: headers,
    body: JSON.stringify({
      type: known.type,
      title: known.title,
      status: known.status,
      detail: detail,
      code: code,
      instance: request.uri,
    }),
  };
}

/** Like the response headers policy on all other answers. */
function allow(origin: EdgeValue | undefined, headers: Record<string, EdgeValue>): void {
  if (CORS.origins.length === 0) return;
  headers.vary = { value: `${HEADERS.vary}, Origin` };
  if (!origin || CORS.origins.indexOf(origin.value) < 0) return;
  headers['access-control-allow-origin'] = { value: origin.value };
  if (CORS.credentials) headers['access-control-allow-credentials'] = { value: 'true' };
}

/** CloudFront calls the function by its name; a module could export only types here. */
export type EdgeHandler = typeof handler;
export type { EdgeRequest, EdgeResponse, EdgeValue };
