import { rowOf, storeImage } from './stored-image';
import type { WorkerDeps } from '../../../lambda/domain/ports';
import { processUpload } from '../../../lambda/domain/process-upload';
import { METRICS } from '../../../src/contract';
import { CONTENT, memoryImaging, SETS } from '../../model/memory-imaging';
import { SimulatedService } from '../../model/simulated-service';

function measuring(service: SimulatedService): WorkerDeps & { measured: [string, number][] } {
  const measured: [string, number][] = [];
  const metrics = {
    count: () => undefined,
    measure: (metric: string, milliseconds: number) => void measured.push([metric, milliseconds]),
  };
  return { ...service.deps(), metrics, measured };
}

test('an image that becomes ready reports the milliseconds since its upload was found, once', async () => {
  const service = new SimulatedService();
  const deps = measuring(service);
  const key = await storeImage(service, CONTENT.GOOD);
  service.clock.advance(1234);
  await processUpload(deps, key, false);
  await processUpload(deps, key, false);
  expect((await rowOf(service))?.status).toBe('ready');
  expect(deps.measured).toEqual([[METRICS.UPLOAD_TO_READY, 1234]]);
});

test('a clock that is behind reports 0, not a negative time', async () => {
  const service = new SimulatedService();
  const deps = measuring(service);
  const created_at = `${new Date(service.clock.now + 5000).toISOString()}#x`;
  await processUpload(deps, await storeImage(service, CONTENT.GOOD, { created_at }), false);
  expect(deps.measured).toEqual([[METRICS.UPLOAD_TO_READY, 0]]);
});

test.each([CONTENT.INFECTED, CONTENT.NEVER_SCANNED])(
  'an image that does not become ready reports no time (%i)', async content => {
    const service = new SimulatedService();
    const deps = measuring(service);
    await processUpload(deps, await storeImage(service, content), false);
    expect(deps.measured).toEqual([]);
  },
);

test('an image that is made again reports no time', async () => {
  const service = new SimulatedService();
  const deps = { ...measuring(service), imaging: memoryImaging(SETS[1]) };
  const key = await storeImage(service, CONTENT.GOOD);
  await processUpload(service.deps(), key, false);
  await processUpload(deps, key, false, 'missing');
  expect((await rowOf(service))?.variants).toHaveLength(3);
  expect(deps.measured).toEqual([]);
});
