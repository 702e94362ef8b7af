import { CountedImaging, pictures } from './pictures';
import { Service } from './service';
import type { WorkerDeps } from '../../lambda/domain/ports';
import { processUpload } from '../../lambda/domain/process-upload';

class Killed extends Error {}

/** More than a worker takes for one image. */
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
  /** Counted over everything that the worker asks of storage. */
  readonly step: number;
  /** Whether storage does what the worker will never hear of. */
  readonly isDone: boolean;
}

/** The worker's ports, of which none answers any more from a certain step on. */
function dying(deps: WorkerDeps, { step, isDone }: Kill): { deps: WorkerDeps; steps: () => number } {
  let steps = 0;
  const port = <P extends object>(real: P): P => new Proxy(real, {
    get: (target, name) => async (...args: unknown[]): Promise<unknown> => {
      const at = steps++;
      if (at > step || (at === step && !isDone)) throw new Killed();
      const answer = await (Reflect.get(target, name) as (...of: unknown[]) => Promise<unknown>).apply(target, args);
      if (at === step) throw new Killed();
      return answer;
    },
  });
  return { deps: { ...deps, table: port(deps.table), objects: port(deps.objects), refusals: port(deps.refusals) }, steps: () => steps };
}

async function workOff(deps: WorkerDeps, id: string): Promise<void> {
  await processUpload(deps, (await service.row(id)).object_key, false);
}

async function announcedOnes(): Promise<void> {
  for (const key of announced.splice(0)) await processUpload(service.deps, key, false);
}

test.each([['good', true, 'ready'], ['good', false, 'ready'], ['corrupt', true, 'rejected'], ['corrupt', false, 'rejected']] as const)(
  'a worker that is killed at any step of a %s image (confirmed: %s) leaves it to the next, and it ends %s', async (kind, confirms, end) => {
    const make = await pictures();
    const killed: string[] = [];
    let isOver = false;
    for (let step = 0; !isOver; step++) {
      expect(step).toBeLessThan(MOST_STEPS);
      for (const isDone of [false, true]) {
        const id = await service.upload(make[kind](step * 2 + Number(isDone)), 'image/png', confirms);
        const { deps, steps } = dying(service.deps, { step, isDone });
        await workOff(deps, id).catch((error: unknown) => { if (!(error instanceof Killed)) throw error; });
        isOver = steps() <= step;
        if (!isOver) killed.push(id);
      }
    }
    expect(killed.length).toBeGreaterThan(10);
    service.advance(service.deps.claimMs + 1);
    for (const id of killed) await workOff(service.deps, id);
    await service.settle(announcedOnes);
    for (const id of killed) expect((await service.row(id)).status).toBe(end);
    expect(await service.findings()).toBe('');
  }, 300_000);
