import type { IncomingMessage, RequestListener } from 'node:http';
import type { Backend, BackendOptions, OpenBackend, Step } from './backend';
import { doorEnvironment, isolate, loadDoor } from './doors';
import { Front } from './front';
import { gateway, type ApiHandler } from './gateway';
import { matcher } from './resource-tree';
import { Schedule, type Sweeper } from './schedule';
import { resources, SWEEP } from '../src/contract';

export interface LocalServerOptions {
  /** 0 takes a free one. */
  readonly port: number;
  /** An address of this machine; 127.0.0.1 without one. */
  readonly host?: string;
  readonly backend: OpenBackend;
  readonly corsOrigins?: readonly string[];
  /** Milliseconds; 0 leaves sweeping to the caller. */
  readonly sweepInterval?: number;
  /** Runs each step of the start, to show it. */
  readonly step?: Step;
}

export interface LocalServer {
  readonly url: string;
  readonly port: number;
  /** Where the data is and how to begin anew, in whole sentences. */
  readonly about: string;
  sweep(): Promise<void>;
  close(): Promise<void>;
}

/** The whole service on one port. The handlers read `process.env`, so a process runs one server at a time. */
export async function startLocalServer(options: LocalServerOptions): Promise<LocalServer> {
  const front = await Front.listen(options.port, options.host);
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

async function open(options: LocalServerOptions, front: Front, onClose: BackendOptions['onClose']): Promise<Omit<LocalServer, 'close'>> {
  const { corsOrigins = [], sweepInterval = SWEEP.INTERVAL_MS, step = async (_label, work) => work() } = options;
  isolate(process.env);
  const backend = await options.backend({ url: front.url, corsOrigins, step, onClose });
  await step('start the API', async () => {
    Object.assign(process.env, doorEnvironment(backend.place, corsOrigins));
    front.serve(route(backend, gateway(loadDoor<ApiHandler>('api'), matcher(resources()))));
  });
  const schedule = await step('start the sweeper', async () => new Schedule(loadDoor<Sweeper>('sweeper'), sweepInterval));
  onClose(async () => schedule.stop());
  return { url: front.url, port: front.port, about: backend.about, sweep: async () => schedule.run() };
}

/** Paths that start with the bucket's name are S3's where it answers here, all others the API's. */
function route({ storage, place }: Backend, api: RequestListener): RequestListener {
  if (!storage) return api;
  const isStorage = ({ url = '/' }: IncomingMessage): boolean => url.split(/[/?]/, 2)[1] === place.bucket;
  return (request, response) => isStorage(request) ? storage(request, response) : api(request, response);
}
