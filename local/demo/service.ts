import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEmbeddedBackend } from '../backends/embedded';
import { bundleHandlers } from '../bundle';
import { ImageClient } from './client';
import type { Options } from './options';
import { startLocalServer } from '../server/local-server';

const USUAL_URL = 'http://localhost:8080';

/** The image service that the demo uses. */
export interface Service {
  readonly url: string;
  /** Its name in the output. */
  readonly about: string;
  /** Waits for Ctrl-C if the demo started the service, so that its signed URLs can be opened. */
  waitForStop(): Promise<void>;
  close(): Promise<void>;
}

/** Takes the service at the given URL, else the one at the usual URL, else starts one. */
export async function findService({ url, user, keep }: Pick<Options, 'url' | 'user' | 'keep'>): Promise<Service> {
  const candidate = url ?? USUAL_URL;
  if (await new ImageClient({ url: candidate, user }).checkHealth()) {
    return { url: candidate, about: `the service at ${candidate}`, waitForStop: doNothing, close: doNothing };
  }
  if (url !== undefined) throw new Error(`no image service answers at ${url}: start one with npm start, or omit --url`);
  return startOwn(keep);
}

const doNothing = async (): Promise<void> => undefined;

async function startOwn(keep: boolean): Promise<Service> {
  const dataDir = await mkdtemp(join(tmpdir(), 'image-service-demo-'));
  await bundleHandlers();
  const server = await startLocalServer({ port: 0, backend: createEmbeddedBackend(dataDir), sweepInterval: 0 });
  return {
    url: server.url,
    about: `a temporary service at ${server.url} (no service answered at ${USUAL_URL}; npm start runs one there)`,
    waitForStop: async () => {
      console.log(
        `\nThe service keeps running at ${server.url}, so that these URLs open in a browser. Press Ctrl-C to stop.`,
      );
      await Promise.race(['SIGINT', 'SIGTERM'].map(async signal => once(process, signal)));
    },
    close: async () => {
      await server.close();
      if (keep) console.log(`The images are kept in ${dataDir}. To serve them again: npm start -- --data ${dataDir}`);
      else await rm(dataDir, { recursive: true });
    },
  };
}
