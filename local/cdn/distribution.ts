import type { OutgoingHttpHeaders, RequestListener, ServerResponse } from 'node:http';
import { type Answer, applyConditions } from './answer';
import type { EdgeFunction, EdgeRequest, EdgeResponse, EdgeResponseFunction } from './edge-function';
import type { Origin } from './origins';
import { hasValidSignature, type KeyGroup } from './signature';
import { HEADER_MARK, ThroughCache } from './through-cache';
import { parseViewerRequest } from './viewer-request';
import { DELIVERY, buildDeliveryHeaders } from '../../src/contract';

/** Of the cache policy of the error pages: a flood of requests that nobody signed wakes no function. */
const ERROR_PAGE_TTL_SECONDS = 86_400;

/** Of the cache policy of images. */
const CACHE_KEY_HEADERS = [DELIVERY.EXACT_FORMAT_HEADER];

export interface DistributionOptions {
  /** Where it is on this server, such as `/cdn`. */
  readonly root: string;
  readonly edge: EdgeFunction;
  /** The origin group. */
  readonly origin: Origin;
  /** What has the error pages. */
  readonly errors: Origin;
  /** Undefined where anyone may look. Asked for each request: keys come and go. */
  readonly keys?: () => KeyGroup;
  readonly corsOrigins: readonly string[];
  /** The function of answers, where there is one. */
  readonly edgeResponse?: EdgeResponseFunction;
  /** Of the cache policy of images. */
  readonly minTtlSeconds?: number;
  readonly cache?: ThroughCache;
}

/** What a viewer gets before conditions, ranges and the headers of every answer. */
interface Found {
  readonly answer: Answer;
  readonly xCache: 'Hit' | 'Miss' | 'Error' | 'FunctionGeneratedResponse';
  readonly age?: number;
  /** The function's own answers have all headers already. */
  readonly isWhole?: true;
}

/** One distribution of CloudFront: signatures, the function at its edge, the cache, an origin group, the error page, headers. */
export class Distribution {
  readonly cache: ThroughCache;

  constructor(private readonly options: DistributionOptions) {
    this.cache = options.cache ?? new ThroughCache();
  }

  readonly handler: RequestListener = (incoming, response) => {
    incoming.resume();
    const request = parseViewerRequest(incoming, this.options.root);
    const { keys, edge } = this.options;
    const isAllowed = isMethodAllowed(request.method) && (!keys || hasValidSignature(request, keys(), Math.floor(Date.now() / 1000)));
    const decided = isAllowed ? edge(request) : undefined;
    this.find(decided).then(found => {
      // Ranges and conditions as the function left them; who may not look asks for nothing.
      const headers = decided && 'uri' in decided ? decided.headers : {};
      const answer = applyConditions(found.answer, name => headers[name]?.value);
      this.send(response, { ...found, answer: this.applyEdgeResponse(answer) }, request.method === 'HEAD', request.headers.get('origin')?.[0]);
    }).catch((error: unknown) => {
      console.error(error);
      response.destroy();
    });
  };

  private async find(decided: EdgeRequest | EdgeResponse | undefined): Promise<Found> {
    if (!decided) return this.fetchErrorPage(403);
    if ('statusCode' in decided) return { answer: convertEdgeResponse(decided), xCache: 'FunctionGeneratedResponse', isWhole: true };
    const { uri, headers } = decided;
    const keyed = Object.fromEntries(CACHE_KEY_HEADERS.filter(name => headers[name]).map(name => [name, headers[name].value]));
    const key = [uri, ...Object.entries(keyed).flat()].join(HEADER_MARK);
    const { answer, age, isHit } = await this.cache.fetch(key, async () => this.options.origin(uri, keyed), this.options.minTtlSeconds);
    if (answer.status === 403 || answer.status === 404) return this.fetchErrorPage(answer.status);
    if (answer.status >= 400) return { answer: forbidStoring(answer), xCache: 'Error' };
    return isHit ? { answer, age, xCache: 'Hit' } : { answer, xCache: 'Miss' };
  }

  /** Functions of answers run for no status of 400 or more (Developer Guide, "Restrictions on all edge functions"). */
  private applyEdgeResponse(answer: Answer): Answer {
    const { edgeResponse } = this.options;
    return edgeResponse && answer.status < 400 ? edgeResponse(answer) : answer;
  }

  /** Whatever it is that may not be looked at or is not there, the page is the same. */
  private async fetchErrorPage(status: keyof typeof DELIVERY.ERROR_PAGES): Promise<Found> {
    const { answer } = await this.cache.fetch(DELIVERY.ERROR_PAGES[status], this.options.errors, ERROR_PAGE_TTL_SECONDS);
    return { answer: { ...forbidStoring(answer), status }, xCache: 'Error' };
  }

  private send(response: ServerResponse, { answer, xCache, age, isWhole }: Found, isHead: boolean, origin: string | undefined): void {
    const { status, headers, body } = answer;
    const all: OutgoingHttpHeaders = {
      ...headers,
      ...!isWhole && this.buildPolicyHeaders(origin),
      ...status !== 304 && { 'content-length': String(body.length) },
      'x-cache': `${xCache} from cloudfront`,
      ...age !== undefined && { age: String(age) },
      // Node's own would not be moved with the clock.
      'date': new Date().toUTCString(),
    };
    response.writeHead(status, all);
    response.end(isHead ? undefined : body);
  }

  /** Scripts of allowed origins may read, and with the cookies where there are some. */
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

/** CloudFront answers other methods with 403 itself (CloudFront API Reference, "AllowedMethods"). */
function isMethodAllowed(method: string): boolean {
  return DELIVERY.METHODS.some(allowed => allowed === method);
}

function convertEdgeResponse({ statusCode, headers, body = '' }: EdgeResponse): Answer {
  const named = Object.entries(headers).map(([name, { value }]) => [name, value]);
  return { status: statusCode, headers: Object.fromEntries(named) as Record<string, string>, body: Buffer.from(body) };
}

/** No browser keeps an error, whatever made it. */
function forbidStoring(answer: Answer): Answer {
  return { ...answer, headers: { ...answer.headers, 'cache-control': 'no-store' } };
}
