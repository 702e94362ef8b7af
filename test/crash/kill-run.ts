import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { checkEvents, drainEvents } from './event-check';
import { Load } from './load';
import { Random } from './random';
import { ServerUnderFire } from './server-under-fire';
import { settle, SETTLING_MS } from './settle';
import { verify } from './verify';
import { audit } from '../audit/auditor';
import { withDataFolder } from '../audit/embedded-storage';
import { describeFindings, type Finding } from '../audit/finding';
import { History } from '../audit/history';
import { readAll } from '../audit/raw-storage';
import { Webhook } from '../support/webhook';

export interface Kill {
  readonly order: number;
  readonly afterMs: number;
  readonly restartMs: number;
  readonly answers: number;
  readonly images: number;
}

export interface KillReport {
  readonly restartsMs: readonly number[];
  /** Deliveries, repeats included. */
  readonly events: number;
  readonly findings: readonly Finding[];
}

const SHORTEST_LIFE_MS = 50;
const LONGEST_LIFE_MS = 2000;

/** Kills a local server under load again and again; no acknowledged change may be lost. */
export async function killRun(kills: number, seed: number, show: (kill: Kill) => void): Promise<KillReport> {
  const dataDir = await mkdtemp(join(tmpdir(), 'image-service-kill-'));
  let moved = 0;
  const history = new History(() => Date.now() + moved);
  const random = new Random(seed);
  const webhook = await Webhook.start();
  const server = await ServerUnderFire.prepare(dataDir, ['--on-event', webhook.url]);
  const load = new Load(server.url, history, random);
  const restartsMs: number[] = [];
  try {
    await server.start();
    for (let order = 1; order <= kills; order++) {
      const afterMs = random.pickBetween(SHORTEST_LIFE_MS, LONGEST_LIFE_MS);
      await killUnderLoad(server, load, afterMs);
      const restartMs = await server.start();
      restartsMs.push(restartMs);
      await verify(load, history, order === kills ? history.ids() : load.takeTouched());
      if (history.findings.length > 0) throw new Error(describeFindings(history.findings));
      show({ order, afterMs, restartMs, answers: load.answers, images: load.images });
    }
    await server.kill();
    await drainEvents(server, dataDir);
    const events = webhook.details;
    const eventFindings = await withDataFolder(
      dataDir, async storage => checkEvents((await readAll(storage)).rows, events),
    );
    const walks = await settle(dataDir, history);
    moved = SETTLING_MS;
    const settledAt = Date.now() + moved;
    return {
      restartsMs,
      events: events.length,
      findings: [
        ...eventFindings,
        ...await withDataFolder(dataDir, async storage => audit(storage, { settledAt, history, walks })),
      ],
    };
  } finally {
    await server.dispose();
    await webhook.close();
    await rm(dataDir, { recursive: true });
  }
}

async function killUnderLoad(server: ServerUnderFire, load: Load, afterMs: number): Promise<void> {
  const running = load.run();
  await Promise.race([pause(afterMs), running]);
  await server.kill();
  await running;
}
