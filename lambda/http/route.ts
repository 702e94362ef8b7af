import { type Faults } from './faults';
import type { HttpRequest, HttpResponse } from './messages';
import type { Caller, Viewer } from '../domain/caller';
import type { ApiDeps } from '../domain/ports';

/** The parsed body, or a symbol without one. */
export type Body = Record<string, unknown> | symbol;

/** Input of a route, after the checks that all routes share. */
export interface Call<V extends Viewer = Caller> {
  readonly request: HttpRequest;
  readonly body: Body;
  readonly faults: Faults;
  readonly caller: V;
  readonly deps: ApiDeps;
}

/**
 * One route. It first reads its input and notes every fault, then calls `call.faults.throwIfAny()`, and only then acts:
 * that is the order of the contract. A `RouteHandler<Viewer>` also answers the service, which is no user.
 */
export type RouteHandler<V extends Viewer = Caller> = (call: Call<V>) => Promise<HttpResponse>;

export function hasBody(body: Body): body is Record<string, unknown> {
  return typeof body === 'object';
}

export function readImageId(request: HttpRequest): string {
  return request.parameters.image_id ?? '';
}
