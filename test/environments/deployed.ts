import { setTimeout as sleep } from 'node:timers/promises';
import type { WireRequest, WireResponse, TestEnvironment } from './environment';
import { closeConnections, exchange, splitUrl } from './http';
import { signRequest, type SigningIdentity } from './sigv4';

export interface Deployment {
  readonly name: string;
  /** Base URL of the stage, without a trailing slash. */
  readonly url: string;
  readonly region: string;
  /** The signing identity: a backend that may invoke the API. */
  readonly identity: SigningIdentity;
  readonly maxConcurrency?: number;
  /** Reverts changes to answers that only an emulator makes. */
  correct?(response: WireResponse, request: WireRequest): WireResponse;
}

/** A stack that is deployed and destroyed elsewhere. Every request is signed with SigV4. Its clock cannot be moved. */
export function createDeployedEnvironment(
  { name, url, region, identity, maxConcurrency: crowd, correct: mend = response => response }: Deployment,
): TestEnvironment {
  const { origin, target: base } = splitUrl(url);
  const { host } = new URL(origin);
  return {
    name,
    maxConcurrency: crowd,
    start: async () => undefined,
    stop: async () => closeConnections(),
    send: async request => {
      const onStage = { ...request, target: `${base}${request.target}` };
      return mend(
        await retryThrottled(async () => exchange(origin, await signRequest(host, onStage, region, identity))), request,
      );
    },
  };
}

const MOST_ATTEMPTS = 10;

/** The stage limits requests per second: like any client, wait for the time in its answer. */
async function retryThrottled(send: () => Promise<WireResponse>): Promise<WireResponse> {
  for (let attempt = 1; ; attempt++) {
    const response = await send();
    if (response.status !== 429 || attempt === MOST_ATTEMPTS) return response;
    await sleep(1000 * Number(response.headers.get('retry-after')?.[0] ?? 1));
  }
}
