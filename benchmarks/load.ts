import { requireAtLeast, requireAtMost, type Benchmark, type Figure, buildFigure } from './support/figures';
import { HttpClient } from './support/load/http-client';
import { LoadClient, type Sample } from './support/load/load-client';
import { startServerProcess } from './support/load/server-process';
import { computeQuantile } from './support/rounds';
import { makeSample } from '../local/demo/samples';

const USERS = 16;
const WARM_UP_MS = 5_000;
const DURATION_MS = 60_000;
/** Done when 6. */
const GOAL_RATE = 200;
const STORAGE = 'PUT (storage)';

async function runClients(ms: number, clients: readonly LoadClient[]): Promise<number> {
  const start = performance.now();
  await Promise.all(clients.map(async client => {
    while (performance.now() - start < ms) await client.runCycle();
  }));
  return (performance.now() - start) / 1000;
}

async function sample(url: string): Promise<{ samples: Sample[]; seconds: number }> {
  const http = new HttpClient();
  const picture = await makeSample(0);
  const clients = Array.from({ length: USERS }, (_, n) => new LoadClient(http, url, `load-${n}`, picture));
  try {
    await runClients(WARM_UP_MS, clients);
    for (const client of clients) client.samples.length = 0;
    const seconds = await runClients(DURATION_MS, clients);
    return { samples: clients.flatMap(client => client.samples), seconds };
  } finally {
    http.close();
  }
}

/** The number of answers with each status, as `200 × 41`. */
function formatStatuses(samples: readonly Sample[]): string {
  const counts = new Map<number, number>();
  for (const { status } of samples) counts.set(status, (counts.get(status) ?? 0) + 1);
  return [...counts].sort(([a], [b]) => a - b).map(([status, count]) => `${status} × ${count}`).join(', ');
}

function routeFigures(samples: readonly Sample[]): Figure[] {
  const routes = [...new Set(samples.map(({ route }) => route))].sort();
  return routes.map(route => {
    const of = samples.filter(candidate => candidate.route === route);
    const times = of.map(({ ms }) => ms);
    return buildFigure(
      `${route}: p50 / p99`,
      `${computeQuantile(times, 0.5).toFixed(0)} / ${computeQuantile(times, 0.99).toFixed(0)} ms (${formatStatuses(of)})`,
    );
  });
}

async function run(): Promise<Figure[]> {
  const server = await startServerProcess('--processing', 'none');
  try {
    const { samples, seconds } = await sample(server.url);
    const api = samples.filter(({ route }) => route !== STORAGE);
    const failed = samples.filter(({ status }) => status >= 500).length;
    const unexpected = samples.filter(({ status }) => status >= 400).length;
    return [
      requireAtLeast(
        `API requests/s over ${seconds.toFixed(0)} s, ${USERS} users`,
        api.length / seconds,
        GOAL_RATE,
        rate => rate.toFixed(0),
      ),
      buildFigure('uploads/s besides', ((samples.length - api.length) / seconds).toFixed(0)),
      requireAtMost('answers of 500 and above', failed, 0, String),
      requireAtMost('answers of 400 and above', unexpected, 0, String),
      ...routeFigures(samples),
    ];
  } finally {
    await server.stop();
  }
}

export const benchmark: Benchmark = { about: 'Mixed requests against the local server for a minute', run };
