import type { OutgoingHttpHeaders, RequestListener, ServerResponse } from 'node:http';
import { type Answer, applyConditions } from './answer';
import type { EdgeFunction, EdgeRequest, EdgeResponse, EdgeResponseFunction } from './edge-function';
import type { Origin } from './origins';
import { matchesPathPattern } from './path-pattern';
import { hasValidSignature, type KeyGroup } from './signature';
import { HEADER_MARK, ThroughCache } from './through-cache';
import { parseViewerRequest } from './viewer-request';
import { DELIVERY, buildDeliveryHeaders } from '../../src/contract';

/** TTL of the error pages: a flood of unsigned requests must not invoke the function. */
const ERROR_PAGE_TTL_SECONDS = 86_400;

/** Headers in the cache key of images. */
const CACHE_KEY_HEADERS = [DELIVERY.EXACT_FORMAT_HEADER];

export interface DistributionOptions {
  /** Path on this server, such as `/cdn`. */
  readonly root: string;
  readonly edge: EdgeFunction;
  /** The origin group. */
  readonly origin: Origin;
  /** Origin of the error pages. */
  readonly errors: Origin;
  /**
   * Undefined if no path needs a signature. Else a second cache behavior serves `/public/*` without one. Called for
   * each request, since keys can rotate.
   */
  readonly keys?: () => KeyGroup;
  readonly corsOrigins: readonly string[];
  /** The viewer-response function of paths that need a signature, if any. */
  readonly edgeResponse?: EdgeResponseFunction;
  /** Minimum TTL in the cache policy of images that need a signature, if any do. */
  readonly minTtlSeconds?: number;
  readonly cache?: ThroughCache;
}

/** A response before conditions, ranges and the headers policy. */
interface Found {
  readonly answer: Answer;
  readonly xCache: 'Hit' | 'Miss' | 'Error' | 'FunctionGeneratedResponse';
  readonly age?: number;
  /** A response of the edge function already has all headers. */
  readonly isWhole?: true;
}

/**
 * One distribution of CloudFront: signatures, the function at its edge, the cache, an origin group, the error page,
 * headers.
 */
export class Distribution {
  readonly cache: ThroughCache;

  constructor(private readonly options: DistributionOptions) {
    this.cache = options.cache ?? new ThroughCache();
  }

  readonly handler: RequestListener = (incoming, response) => {
    incoming.resume();
    const request = parseViewerRequest(incoming, this.options.root);
    const { keys, edge } = this.options;
    const isPublic = keys !== undefined && matchesPathPattern(request.uri, DELIVERY.PUBLIC_PATHS);
    const isAllowed = isMethodAllowed(request.method)
      && (!keys || isPublic || hasValidSignature(request, keys(), Math.floor(Date.now() / 1000)));
    const decided = isAllowed ? edge(request) : undefined;
    this.find(decided, isPublic).then(found => {
      // The function decides which ranges and conditions remain. Denied requests have no headers.
      const headers = decided && 'uri' in decided ? decided.headers : {};
      const answer = applyConditions(found.answer, name => headers[name]?.value);
      this.send(
        response,
        { ...found, answer: isPublic ? answer : this.applyEdgeResponse(answer) },
        request.method === 'HEAD',
        request.headers.get('origin')?.[0],
      );
    }).catch((error: unknown) => {
      console.error(error);
      response.destroy();
    });
  };

  private async find(decided: EdgeRequest | EdgeResponse | undefined, isPublic: boolean): Promise<Found> {
    if (!decided) return this.fetchErrorPage(403);
    if ('statusCode' in decided) {
      return { answer: convertEdgeResponse(decided), xCache: 'FunctionGeneratedResponse', isWhole: true };
    }
    const { uri, headers } = decided;
    const keyed = Object.fromEntries(
      CACHE_KEY_HEADERS.filter(name => headers[name]).map(name => [name, headers[name].value]),
    );
    const key = [uri, ...Object.entries(keyed).flat()].join(HEADER_MARK);
    const minTtl = isPublic ? DELIVERY.MIN_TTL_SECONDS.public : this.options.minTtlSeconds;
    const { answer, age, isHit } = await this.cache.fetch(key, async () => this.options.origin(uri, keyed), minTtl);
    if (answer.status === 403 || answer.status === 404) return this.fetchErrorPage(answer.status);
    if (answer.status >= 400) return { answer: forbidStoring(answer), xCache: 'Error' };
    return isHit ? { answer, age, xCache: 'Hit' } : { answer, xCache: 'Miss' };
  }

  /**
   * Viewer-response functions do not run for statuses from 400 (Developer Guide, "Restrictions on all edge functions").
   */
  private applyEdgeResponse(answer: Answer): Answer {
    const { edgeResponse } = this.options;
    return edgeResponse && answer.status < 400 ? edgeResponse(answer) : answer;
  }

  /** A denied and a missing image get the same page, so a viewer cannot tell them apart by path. */
  private async fetchErrorPage(status: keyof typeof DELIVERY.ERROR_PAGES): Promise<Found> {
    const { answer } = await this.cache.fetch(
      DELIVERY.ERROR_PAGES[status], this.options.errors, ERROR_PAGE_TTL_SECONDS,
    );
    return { answer: { ...forbidStoring(answer), status }, xCache: 'Error' };
  }

  private send(
    response: ServerResponse, { answer, xCache, age, isWhole }: Found, isHead: boolean, origin: string | undefined,
  ): void {
    const { status, headers, body } = answer;
    const all: OutgoingHttpHeaders = {
      ...headers,
      ...!isWhole && this.buildPolicyHeaders(origin),
      ...status !== 304 && { 'content-length': String(body.length) },
      'x-cache': `${xCache} from cloudfront`,
      ...age !== undefined && { age: String(age) },
      // Node's own date ignores the shifted clock.
      'date': new Date().toUTCString(),
    };
    response.writeHead(status, all);
    response.end(isHead ? undefined : body);
  }

  /** Scripts of allowed origins may read responses, with cookies if delivery is signed. */
  private buildPolicyHeaders(origin: string | undefined): Record<string, string> {
    const { corsOrigins, keys } = this.options;
    const isAllowed = origin !== undefined && corsOrigins.includes(origin);
    return {
      ...buildDeliveryHeaders(corsOrigins),
      ...isAllowed && { 'access-control-allow-origin': origin },
      ...isAllowed && keys && { 'access-control-allow-credentials': 'true' },
    };
  }
}

/** CloudFront denies other methods with 403 (CloudFront API Reference, "AllowedMethods"). */
function isMethodAllowed(method: string): boolean {
  return DELIVERY.METHODS.some(allowed => allowed === method);
}

function convertEdgeResponse({ statusCode, headers, body = '' }: EdgeResponse): Answer {
  const named = Object.entries(headers).map(([name, { value }]) => [name, value]);
  return { status: statusCode, headers: Object.fromEntries(named) as Record<string, string>, body: Buffer.from(body) };
}

/** Browsers must not cache errors. */
function forbidStoring(answer: Answer): Answer {
  return { ...answer, headers: { ...answer.headers, 'cache-control': 'no-store' } };
}
