import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEmbeddedBackend } from '../backends/embedded';
import { bundleHandlers } from '../bundle';
import { ImageClient } from './client';
import type { Options } from './options';
import { startLocalServer } from '../server/local-server';

export const USUAL_URL = 'http://localhost:8080';

/** Where the demo goes. */
export interface Service {
  readonly url: string;
  /** What to tell about it. */
  readonly about: string;
  /** Goes on until somebody stops it, where it is the demo's own: what it has handed out can be looked at meanwhile. */
  waitForStop(): Promise<void>;
  close(): Promise<void>;
}

/** The service at the URL given, or the one that runs at the usual place, or one of the demo's own. */
export async function findService({ url, user, keep }: Pick<Options, 'url' | 'user' | 'keep'>): Promise<Service> {
  const candidate = url ?? USUAL_URL;
  if (await new ImageClient({ url: candidate, user }).checkHealth()) return { url: candidate, about: `the service at ${candidate}`, waitForStop: doNothing, close: doNothing };
  if (url !== undefined) throw new Error(`no image service answers at ${url}: start one with npm start, or leave --url out`);
  return startOwn(keep);
}

const doNothing = async (): Promise<void> => undefined;

async function startOwn(keep: boolean): Promise<Service> {
  const dataDir = await mkdtemp(join(tmpdir(), 'image-service-demo-'));
  await bundleHandlers();
  const server = await startLocalServer({ port: 0, backend: createEmbeddedBackend(dataDir), sweepInterval: 0 });
  return {
    url: server.url,
    about: `a service of its own at ${server.url}, since none answers at ${USUAL_URL} (npm start would run one)`,
    waitForStop: async () => {
      console.log(`\nThe service goes on at ${server.url}, so that these URLs open in a browser. Ctrl-C stops it.`);
      await Promise.race(['SIGINT', 'SIGTERM'].map(async signal => once(process, signal)));
    },
    close: async () => {
      await server.close();
      if (keep) console.log(`The images stay in ${dataDir}: npm start -- --data ${dataDir}`);
      else await rm(dataDir, { recursive: true });
    },
  };
}
