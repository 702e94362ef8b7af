import { buildUnauthenticated } from './authorizer-context';
import { checkBodySize, checkMediaType, readBody } from './body';
import { answerPreflight, withCors } from './cors';
import { Faults } from './faults';
import { type HttpRequest, type HttpResponse, type RequestFacts, respondJson } from './messages';
import { buildProblemResponse, toProblem } from './problem';
import { checkQuery } from './query';
import { readCaller } from './read-caller';
import { addRecord, startFacts } from './request-facts';
import type { Call, RouteHandler } from './route';
import { buildOwner, isService, type Viewer } from '../domain/caller';
import { ProblemError } from '../domain/errors';
import { isId } from '../domain/image-id';
import type { ApiDeps } from '../domain/ports';
import { computeShortHash } from '../domain/short-hash';
import { batchDeleteImagesRoute } from './routes/batch-delete-images';
import { batchGetImagesRoute } from './routes/batch-get-images';
import { confirmImageRoute } from './routes/confirm-image';
import { createCdnSessionRoute } from './routes/create-cdn-session';
import { createImageRoute } from './routes/create-image';
import { deleteImageRoute } from './routes/delete-image';
import { downloadImageRoute } from './routes/download-image';
import { getImageRoute } from './routes/get-image';
import { getUsageRoute } from './routes/get-usage';
import { listImagesRoute } from './routes/list-images';
import { updateImageRoute } from './routes/update-image';
import {
  type AccessMode, listMethods, type Operation, type ProblemCode, type Route, ROUTES, type ServiceOperation,
} from '../../src/contract';

/** Handlers of routes that read, for users and for the service. */
const VIEWER_HANDLERS: Record<ServiceOperation, RouteHandler<Viewer>> = {
  getImage: getImageRoute,
  batchGetImages: batchGetImagesRoute,
};

/** Handlers of routes that need a user. */
const HANDLERS: Record<Exclude<Operation, ServiceOperation | 'getHealth'>, RouteHandler> = {
  createImage: createImageRoute,
  confirmImage: confirmImageRoute,
  listImages: listImagesRoute,
  updateImage: updateImageRoute,
  deleteImage: deleteImageRoute,
  downloadImage: downloadImageRoute,
  batchDeleteImages: batchDeleteImagesRoute,
  createCdnSession: createCdnSessionRoute,
  getUsage: getUsageRoute,
};

export interface AppOptions {
  /** How a request names its caller. */
  readonly access: AccessMode;
  readonly deps: ApiDeps;
  /** Origins of allowed browser calls; an empty list turns CORS off. */
  readonly corsOrigins: readonly string[];
  /** Receives errors that are hidden from the client. */
  readonly onError: (error: unknown, facts: RequestFacts) => void;
  readonly onAnswer?: (facts: RequestFacts) => void;
}

/** API Gateway has matched the route already: a lookup, no parsing. */
const ROUTE_BY_KEY = new Map(ROUTES.map(route => [`${route.method} ${route.resource}`, route]));

/** Answers every request; never throws. */
export async function answer(request: HttpRequest, options: AppOptions): Promise<HttpResponse> {
  const facts = describeRequest(request);
  const response = await respond(request, facts, options)
    .catch((error: unknown) => buildProblem(request, facts, error, options));
  facts.status = response.status;
  options.onAnswer?.(facts);
  const body = request.method === 'HEAD' ? undefined : response.body;
  const headers = { ...response.headers, 'cache-control': 'no-store', 'x-request-id': request.requestId };
  return withCors(request, { ...response, body, headers }, options.corsOrigins);
}

function describeRequest({ requestId, method, resource, parameters: { image_id } }: HttpRequest): RequestFacts {
  const facts = startFacts(requestId, method, listMethods(resource).length > 0 ? resource : undefined);
  if (image_id !== undefined && isId(image_id)) facts.image_id = image_id;
  return facts;
}

async function respond(request: HttpRequest, facts: RequestFacts, options: AppOptions): Promise<HttpResponse> {
  const allowed = listMethods(request.resource);
  if (allowed.length === 0) throw new ProblemError('no-such-route', 'There is no such route.');
  if (request.method === 'OPTIONS' && options.corsOrigins.length > 0) return answerPreflight(request);
  const route = ROUTE_BY_KEY.get(`${request.method === 'HEAD' ? 'GET' : request.method} ${request.resource}`);
  if (route === undefined) throw new ProblemError('method-not-allowed', `Allowed methods: ${allowed.join(', ')}.`);
  if (!isCalled(route)) return respondJson(200, { status: 'ok' });
  return call(request, route, options.access, observe(options.deps, route, facts));
}

/** Facts of a request, and dependencies that add to them. */
interface Observed {
  readonly facts: RequestFacts;
  readonly deps: ApiDeps;
}

/** A route that needs a caller. */
type CalledRoute = Route & { readonly operation: Exclude<Operation, 'getHealth'> };

function isCalled(route: Route): route is CalledRoute {
  return route.operation !== 'getHealth';
}

/** The checks that all routes share, in the order of the contract. */
async function call(
  request: HttpRequest, route: CalledRoute, access: AccessMode, { facts, deps }: Observed,
): Promise<HttpResponse> {
  const viewer = readCaller(request, access, deps.clock.now());
  facts.caller = isService(viewer) ? 'service' : computeShortHash(buildOwner(viewer));
  const handle = chooseHandler(route.operation, viewer);
  if (route.body !== 'ignored') {
    checkBodySize(request);
    checkMediaType(request);
  }
  const faults = new Faults();
  checkQuery(request, route, faults);
  const body = readBody(request, route, faults);
  return handle({ request, body, faults, deps });
}

/** Input of a route without its caller. */
type AnonymousCall = Omit<Call, 'caller'>;

function chooseHandler(
  operation: CalledRoute['operation'], viewer: Viewer,
): (input: AnonymousCall) => Promise<HttpResponse> {
  if (isServiceOperation(operation)) {
    const handler = VIEWER_HANDLERS[operation];
    return input => handler({ ...input, caller: viewer });
  }
  if (isService(viewer)) throw buildUnauthenticated('This route needs a user: the service cannot call it.');
  const handler = HANDLERS[operation];
  return input => handler({ ...input, caller: viewer });
}

function isServiceOperation(operation: Operation): operation is ServiceOperation {
  return Object.hasOwn(VIEWER_HANDLERS, operation);
}

/** A batch acts on many images, and its line names none. */
function observe(deps: ApiDeps, { operation }: Route, facts: RequestFacts): Observed {
  if (operation === 'batchGetImages' || operation === 'batchDeleteImages') return { facts, deps };
  return { facts, deps: { ...deps, onRecord: record => addRecord(facts, record) } };
}

function buildProblem(
  request: HttpRequest, facts: RequestFacts, error: unknown, options: AppOptions,
): HttpResponse {
  const shown = toProblem(error);
  facts.code = shown.code;
  if (shown !== error) options.onError(error, facts);
  return buildProblemResponse(shown, request.path, listProblemHeaders(shown.code, request, options.access));
}

function listProblemHeaders(code: ProblemCode, { resource }: HttpRequest, access: AccessMode): Record<string, string> {
  if (code === 'method-not-allowed') return { allow: listMethods(resource).join(', ') };
  // RFC 6750, section 3. API Gateway renames the header in a function's answer to x-amzn-remapped-www-authenticate
  // (https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html).
  return code === 'unauthenticated' && access !== 'iam' ? { 'www-authenticate': 'Bearer' } : {};
}
