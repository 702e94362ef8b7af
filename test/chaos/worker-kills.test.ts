import { CountedImaging, pictures } from './pictures';
import { Service } from './service';
import { TryAgain } from '../../lambda/domain/errors';
import type { WorkerDeps } from '../../lambda/domain/ports';
import { processUpload } from '../../lambda/domain/process-upload';
import { METRICS } from '../../src/contract';

class Killed extends Error {}

/** More calls than a worker makes for one image. */
const MOST_STEPS = 40;

let service: Service;
const announced: string[] = [];

beforeAll(async () => {
  service = await Service.start({
    imaging: new CountedImaging(undefined, 1).port,
    queue: { announce: async key => void announced.push(key) },
    onUpload: () => undefined,
  });
}, 60_000);
afterAll(async () => service.close());

interface Kill {
  /** Counts all calls of the worker to storage and scanner. */
  readonly step: number;
  /** Whether the last call takes effect, though the worker never gets its answer. */
  readonly isDone: boolean;
}

type Send = () => Promise<unknown>;

/** The worker's ports, with `call` around each of their calls. */
function through(deps: WorkerDeps, call: (send: Send, name: string) => Promise<unknown>): WorkerDeps {
  const port = <P extends object>(real: P): P => new Proxy(real, {
    get: (target, name) => async (...args: unknown[]) => (
      call(
        async () => (Reflect.get(target, name) as (...of: unknown[]) => Promise<unknown>).apply(target, args),
        String(name),
      )),
  });
  return {
    ...deps,
    table: port(deps.table),
    objects: port(deps.objects),
    rejectionCache: port(deps.rejectionCache),
    scanner: port(deps.scanner),
  };
}

/** From a given step on, no port answers any more. */
function killAtStep(deps: WorkerDeps, { step, isDone }: Kill): { deps: WorkerDeps; steps: () => number } {
  let steps = 0;
  const call = async (send: Send): Promise<unknown> => {
    const at = steps++;
    if (at > step || (at === step && !isDone)) throw new Killed();
    const answer = await send();
    if (at === step) throw new Killed();
    return answer;
  };
  return { deps: through(deps, call), steps: () => steps };
}

/** Loses one answer: the SDK then repeats a write, and reports any other call as retryable. */
function loseAnswer(deps: WorkerDeps, step: number): { deps: WorkerDeps; steps: () => number } {
  let steps = 0;
  const call = async (send: Send, name: string): Promise<unknown> => {
    const isLost = steps++ === step;
    const answer = await send();
    if (isLost && name !== 'write') throw new TryAgain('the answer is lost');
    return isLost ? send() : answer;
  };
  return { deps: through(deps, call), steps: () => steps };
}

async function workOff(deps: WorkerDeps, id: string): Promise<void> {
  await processUpload(deps, (await service.row(id)).object_key, false);
}

async function processAnnounced(): Promise<void> {
  for (const key of announced.splice(0)) await processUpload(service.deps, key, false);
}

test.each([
  ['good', true, 'ready'], ['good', false, 'ready'], ['corrupt', true, 'rejected'], ['corrupt', false, 'rejected'],
] as const)(
  'a worker that is killed at any step of a %s image (confirmed: %s) leaves it to the next, and it ends %s',
  async (kind, confirms, end) => {
    const make = await pictures();
    const killed: string[] = [];
    let isOver = false;
    for (let step = 0; !isOver; step++) {
      expect(step).toBeLessThan(MOST_STEPS);
      for (const isDone of [false, true]) {
        const id = await service.upload(make[kind](step * 2 + Number(isDone)), 'image/png', confirms);
        const { deps, steps } = killAtStep(service.deps, { step, isDone });
        await workOff(deps, id).catch((error: unknown) => { if (!(error instanceof Killed)) throw error; });
        isOver = steps() <= step;
        if (!isOver) killed.push(id);
      }
    }
    expect(killed.length).toBeGreaterThan(10);
    service.advance(service.deps.claimMs + 1);
    for (const id of killed) await workOff(service.deps, id);
    await service.settle(processAnnounced);
    for (const id of killed) expect((await service.row(id)).status).toBe(end);
    expect(await service.findings()).toBe('');
    expect(await service.eventFaults()).toEqual([]);
  }, 300_000);

test.each([['good', 'ready', METRICS.IMAGES_PROCESSED], ['corrupt', 'rejected', METRICS.IMAGES_REJECTED]] as const)(
  'a worker that loses any one response about a %s image leaves it %s and counts it once', async (kind, end, metric) => {
    const make = await pictures();
    const before = service.counted.get(metric) ?? 0;
    const ids: string[] = [];
    for (let step = 0, isOver = false; !isOver; step++) {
      expect(step).toBeLessThan(MOST_STEPS);
      const id = await service.upload(make[kind](1000 + step), 'image/png', true);
      const { deps, steps } = loseAnswer(service.deps, step);
      // Only a lost answer of a read leaves the image to the next worker.
      await workOff(deps, id).catch((error: unknown) => { if (!(error instanceof TryAgain)) throw error; });
      isOver = steps() <= step;
      ids.push(id);
    }
    expect(ids.length).toBeGreaterThan(5);
    service.advance(service.deps.claimMs + 1);
    for (const id of ids) await workOff(service.deps, id);
    for (const id of ids) expect((await service.row(id)).status).toBe(end);
    expect((service.counted.get(metric) ?? 0) - before).toBe(ids.length);
    await service.settle(processAnnounced);
    expect(await service.findings()).toBe('');
    expect(await service.eventFaults()).toEqual([]);
  }, 300_000);
