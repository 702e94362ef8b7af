import type { ProblemCode } from '../../src/contract';

/** A request from API Gateway, without its event. Header names are lower case; values keep their order. */
export interface HttpRequest {
  readonly method: string;
  /** The `resource` that API Gateway matched, such as `/images/{image_id}`. */
  readonly resource: string;
  readonly path: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly query: ReadonlyMap<string, readonly string[]>;
  readonly headers: ReadonlyMap<string, readonly string[]>;
  readonly body: Uint8Array;
  readonly requestId: string;
  /** Context of the authorizer that has admitted the request; absent if none was asked. */
  readonly authorizer?: Readonly<Record<string, unknown>>;
}

export interface HttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Values of `Set-Cookie`: the one header that may not be joined (RFC 9110, section 5.3). */
  readonly cookies?: readonly string[];
  readonly body?: string;
}

/** The facts of a request for its log lines. They hold no text of the request but the id of an image. */
export interface RequestFacts {
  readonly request_id: string;
  /** The same for all requests of a caller. */
  caller?: string;
  image_id?: string;
  /** Id of the request that created the image, if it was another one. */
  created_by_request?: string;
  /** Method and template of the path, such as `GET /images/{image_id}`. */
  readonly route: string;
  readonly method: string;
  status?: number;
  /** Code of the problem. */
  code?: ProblemCode;
}

/** A request of a CDN. */
export interface DeliveryRequest {
  readonly method: string;
  readonly path: string;
  /** Whether the viewer named the format; else `Accept` chose it. */
  readonly isExact?: boolean;
  readonly requestId: string;
}

/** The answer to a CDN: all bytes at once. */
export interface DeliveryResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

export function respondJson(status: number, value: unknown): HttpResponse {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) };
}

export function respondNoContent(headers: Record<string, string> = {}): HttpResponse {
  return { status: 204, headers };
}
