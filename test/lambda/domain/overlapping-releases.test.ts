import { ID, keyOf, storeImage } from './stored-image';
import type { WorkerDeps } from '../../../lambda/domain/ports';
import { processUpload } from '../../../lambda/domain/process-upload';
import { buildVariantKey } from '../../../src/contract';
import { CONTENT, memoryImaging, SETS } from '../../model/memory-imaging';
import { SimulatedService } from '../../model/simulated-service';

const KEY = keyOf(ID);
/** An older release lacks `thumb.avif`, and a newer one has only that. */
const [FIRST, OLD, NEW] = SETS;

type Objects = WorkerDeps['objects'];

/** A worker of one release. Before each storage call it awaits `meet`. */
function release(
  service: SimulatedService, set: typeof OLD, meet: (call: keyof Objects) => Promise<void> = async () => {},
): WorkerDeps {
  const { objects } = service;
  const met = (call: 'put' | 'delete') => async (...args: never[]) => {
    await meet(call);
    return (objects[call] as (...all: never[]) => Promise<void>)(...args);
  };
  return {
    ...service.deps(),
    imaging: memoryImaging(set),
    objects: Object.assign(Object.create(objects) as Objects, { put: met('put'), delete: met('delete') }),
  };
}

/** An image that the first release made ready. */
async function ready(service: SimulatedService): Promise<void> {
  await storeImage(service, CONTENT.GOOD);
  await processUpload(release(service, FIRST), KEY, false);
}

/** Each recorded variant with a size, and the size of its stored object. */
async function recorded(service: SimulatedService): Promise<{ name: string; recorded?: number; stored?: number }[]> {
  const { variants = [] } = (await service.table.get(ID))!;
  const made = variants.filter(({ size }) => size !== undefined);
  return made.map(variant => ({
    name: `${variant.name}.${variant.format}`,
    recorded: variant.size,
    stored: service.objects.bytes.get(buildVariantKey(KEY, variant))?.length,
  }));
}

/** Retries as the queue does: the message returns after its worker threw. */
async function attempt(deps: WorkerDeps, clock: SimulatedService['clock']): Promise<boolean> {
  const waiting = {
    ...deps,
    clock: { ...deps.clock, sleep: async (ms: number) => { clock.advance(Math.max(1, ms)); } },
  };
  return processUpload(waiting, KEY, false, 'changed').then(() => true, () => false);
}

describe.each([
  ['deletes what it replaces', 'delete'], ['stores its variants', 'put'],
] as const)('while a worker of the old release %s', (_, call) => {
  test('a worker of the new release keeps every recorded variant stored', async () => {
    const service = new SimulatedService({ hasCdn: true });
    await ready(service);
    let isDone: boolean | undefined;
    const old = release(service, OLD, async met => {
      if (met !== call || isDone !== undefined) return;
      isDone = false;
      isDone = await attempt(release(service, NEW), service.clock);
    });
    await processUpload(old, KEY, false, 'changed');
    // The new release's attempt ran meanwhile.
    expect(isDone).toBeDefined();
    const between = await recorded(service);
    if (!isDone) expect(await attempt(release(service, NEW), service.clock)).toBe(true);
    const after = await recorded(service);
    expect(between.map(({ name, stored }) => [name, stored])).toEqual(
      between.map(({ name, recorded: size }) => [name, size]),
    );
    expect(after.map(({ name, stored }) => [name, stored])).toEqual(
      after.map(({ name, recorded: size }) => [name, size]),
    );
    expect(after.map(({ name }) => name)).toEqual(['medium.webp', 'thumb.avif']);
    expect(await service.table.get(ID)).not.toHaveProperty('remake_lease');
  });
});

test('the remake lease of a dead worker ends after the longest claim', async () => {
  const service = new SimulatedService();
  await ready(service);
  const dying = release(service, OLD, async () => { throw new Error('killed'); });
  await processUpload({
    ...dying,
    table: Object.assign(Object.create(service.table) as typeof service.table, {
      write: async (writes: Parameters<typeof service.table.write>[0]) => {
      // The worker died before it could release its lease.
        if (writes.some(write => 'update' in write && write.remove?.includes('remake_lease'))) {
          throw new Error('killed');
        }
        return service.table.write(writes);
      },
    }),
  }, KEY, false, 'changed').catch(() => undefined);
  expect(await service.table.get(ID)).toHaveProperty('remake_lease');
  expect(await attempt(release(service, NEW), service.clock)).toBe(false);
  service.clock.advance(service.deps().claimMs);
  expect(await attempt(release(service, NEW), service.clock)).toBe(true);
  expect(await service.table.get(ID)).not.toHaveProperty('remake_lease');
});

test('a worker whose remake lease ran out does not release that of the next worker', async () => {
  const service = new SimulatedService();
  await ready(service);
  let begin = (): void => {};
  let end = (): void => {};
  const hasBegun = new Promise<void>(resolve => { begin = resolve; });
  const mayEnd = new Promise<void>(resolve => { end = resolve; });
  const next = release(service, NEW, async () => {
    begin();
    await mayEnd;
  });
  let isDone: Promise<boolean> | undefined;
  const late = release(service, OLD, async () => {
    if (isDone !== undefined) return;
    service.clock.advance(service.deps().claimMs);
    isDone = attempt(next, service.clock);
    await hasBegun;
  });
  await attempt(late, service.clock);
  // The next worker is still at work.
  expect(await service.table.get(ID)).toHaveProperty('remake_lease');
  end();
  expect(await isDone).toBe(true);
  expect(await service.table.get(ID)).not.toHaveProperty('remake_lease');
});
