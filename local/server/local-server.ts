import type { IncomingMessage, RequestListener } from 'node:http';
import { createAuthorizer, type AuthorizerHandler } from './authorizer';
import { type LocalDelivery, startDelivery } from './delivery';
import { Front } from './front';
import { createGateway, type ApiHandler } from './gateway';
import { createMatcher } from './resource-tree';
import { COMMON_ENV, type DeliveryMode, type ProcessingMode, listResources, SWEEP } from '../../src/contract';
import { openTokenAccess, type TokenAccess } from '../auth/access';
import type { TokenSettings } from '../auth/token-settings';
import type { Backend, BackendOptions, OpenBackend } from '../backends/backend';
import { type EventsOptions, startEvents } from '../events';
import { buildHandlerEnvironment, isBuilt, loadHandler } from '../functions/handlers';
import { serveInvocations, type InvokedFunction } from '../functions/invocations';
import { Schedule, type Sweeper } from '../functions/schedule';
import { startWorkerSources } from '../functions/worker-sources';
import { isolate } from '../isolate';
import { LOCAL } from '../names';
import type { Step } from '../step';

export interface LocalServerOptions {
  /** 0 takes a free port. */
  readonly port: number;
  /** An address of this machine. Default: 127.0.0.1. */
  readonly host?: string;
  readonly backend: OpenBackend;
  readonly corsOrigins?: readonly string[];
  /** Names of this server besides `localhost` and IP addresses. */
  readonly allowedHosts?: readonly string[];
  /** Default: `iam` mode, in which the API trusts the header `x-user-id`. */
  readonly tokens?: TokenSettings;
  /** Whether the authorizer logs each decision, for `logPlainly` to show. Default: false. */
  readonly logsDecisions?: boolean;
  /** Default: `queue`. */
  readonly processing?: ProcessingMode;
  /** Default: `signed` with embedded storage and processing, else `presigned`. */
  readonly delivery?: DeliveryMode;
  /** Default: no events. */
  readonly events?: EventsOptions;
  /** Milliseconds; 0 leaves sweeping to the caller. */
  readonly sweepInterval?: number;
  /** Runs and reports each step of the start. */
  readonly step?: Step;
}

export interface LocalServer {
  readonly url: string;
  readonly port: number;
  /** Sentences about where the data is and how to reset it. */
  readonly about: string;
  readonly delivery: DeliveryMode;
  /** Origins of web pages that may call the API. */
  readonly corsOrigins: readonly string[];
  /** Absent in `iam` mode. */
  readonly tokens?: TokenSettings;
  sweep(): Promise<void>;
  close(): Promise<void>;
}

/** Starts the whole service on one port. The handlers read `process.env`, so a process runs one server at a time. */
export async function startLocalServer(options: LocalServerOptions): Promise<LocalServer> {
  const { corsOrigins = [], allowedHosts = [] } = options;
  const front = await Front.listen(options.port, options.host, { corsOrigins, allowedHosts });
  const closers: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    await front.close();
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    return { ...await open(options, front, closer => closers.push(closer)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

const runStep: Step = async (_label, work) => work();

async function open(
  options: LocalServerOptions, front: Front, onClose: BackendOptions['onClose'],
): Promise<Omit<LocalServer, 'close'>> {
  const { corsOrigins = [], processing = 'queue', sweepInterval = SWEEP.INTERVAL_MS, step = runStep } = options;
  isolate(process.env);
  const { url } = front;
  const backend = await options.backend({
    url, corsOrigins, processing: processing === 'queue', keepsRecords: options.events !== undefined, step, onClose,
  });
  const mode = chooseMode(options.delivery, backend);
  const delivery = mode === 'presigned'
    ? undefined
    : await step('start the CDN', async () => openDelivery(mode, backend, { url, corsOrigins, onClose }));
  const access = openAccess(options, front, backend);
  const sweeper = await step('start the API', async () => {
    const environment = buildHandlerEnvironment(backend.place, corsOrigins, delivery?.environment);
    Object.assign(process.env, environment, access?.environment);
    const loaded = loadHandler<Sweeper>('sweeper');
    const others = serveInvocations(listInvocable(loaded, backend.place), openApi(access, options));
    front.serve(route(backend, delivery?.open(), others));
    return loaded;
  });
  await openEvents(options, backend, onClose);
  const { queues } = backend.place;
  if (queues) {
    const sources = await step('start the worker', async () => startWorkerSources({ ...backend.place, queues }));
    onClose(async () => void await Promise.all(sources.map(async source => source.stop())));
  }
  const schedule = await step('start the sweeper', async () => new Schedule(sweeper, sweepInterval));
  onClose(async () => schedule.stop());
  const { port } = front;
  const { tokens } = options;
  return { url, port, about: backend.about, delivery: mode, corsOrigins, tokens, sweep: async () => schedule.run() };
}

function openAccess({ tokens }: LocalServerOptions, front: Front, backend: Backend): TokenAccess | undefined {
  const { url, port, isOnLoopback } = front;
  return tokens && openTokenAccess(tokens, { url, port, isOnLoopback, files: backend.issuerFiles });
}

/** The authorizer reads its environment while it loads, like every handler. */
function openApi(
  access: TokenAccess | undefined, { corsOrigins = [], logsDecisions = false }: LocalServerOptions,
): RequestListener {
  const authorizer = access && createAuthorizer(loadAuthorizer(logsDecisions));
  const api = createGateway(loadHandler<ApiHandler>('api'), createMatcher(listResources()), { authorizer, corsOrigins });
  return access?.serve(api) ?? api;
}

/** Decisions are lines of the level INFO, which the other functions do not show by default. */
function loadAuthorizer(logsDecisions: boolean): AuthorizerHandler {
  const level = process.env[COMMON_ENV.LOG_LEVEL];
  if (logsDecisions && level !== 'DEBUG') process.env[COMMON_ENV.LOG_LEVEL] = 'INFO';
  try {
    return loadHandler<AuthorizerHandler>('authorizer');
  } finally {
    process.env[COMMON_ENV.LOG_LEVEL] = level;
  }
}

/** An emulator's table has its own stream, which this server does not read. */
async function openEvents(
  { events, step = runStep }: LocalServerOptions, { place, records }: Backend, onClose: BackendOptions['onClose'],
): Promise<void> {
  if (events && records) {
    await step('start the publisher', async () => startEvents(events, { place, records, onClose }));
  }
}

/** The CDN needs embedded storage, and variants that a worker makes. */
function chooseMode(wanted: DeliveryMode | undefined, { signingKeyFile, place }: Backend): DeliveryMode {
  const hasCdn = signingKeyFile !== undefined && place.queues?.invalidationQueueUrl !== undefined;
  const mode = wanted ?? (hasCdn ? 'signed' : 'presigned');
  if (hasCdn || mode === 'presigned') return mode;
  const reason = signingKeyFile === undefined ? 'AWS_ENDPOINT_URL is set' : '--processing is none';
  throw new Error(`--delivery must be presigned if ${reason}, got: ${mode}; leave --delivery out, or the other setting`);
}

async function openDelivery(
  mode: Exclude<DeliveryMode, 'presigned'>, {
    place, signingKeyFile,
  }: Backend, given: Pick<BackendOptions, 'url' | 'corsOrigins' | 'onClose'>,
): Promise<LocalDelivery> {
  return startDelivery({ ...given, mode, place: { ...place, queues: place.queues! }, signingKeyFile: signingKeyFile! });
}

/** Functions that can be invoked by name. The operator function needs processing. */
function listInvocable(sweeper: InvokedFunction, { queues }: Backend['place']): Map<string, InvokedFunction> {
  const operator = queues && isBuilt('operator')
    ? [['operator', loadHandler<InvokedFunction>('operator')] as const]
    : [];
  return new Map([['sweeper', sweeper], ...operator]);
}

/**
 * The first segment of a path selects embedded storage (the bucket's name) or the CDN. Other paths are Lambda's or the
 * API's.
 */
function route(
  { storage, place }: Backend, cdn: RequestListener | undefined, others: RequestListener,
): RequestListener {
  const byFirst = new Map([[place.bucket, storage], [LOCAL.CDN_ROOT.slice(1), cdn]]);
  const getFirstSegment = ({ url = '/' }: IncomingMessage): string =>
    url.replace(/^https?:\/\/[^/?]*/i, '').split(/[/?]/, 2)[1];
  return (request, response) => (byFirst.get(getFirstSegment(request)) ?? others)(request, response);
}
