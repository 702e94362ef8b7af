import { rowOf, storeImage } from './stored-image';
import { FailedTry } from '../../../lambda/domain/errors';
import {
  applyWrites, completeWrites, deleteWrites, rejectProcessingWrites, redriveWrites,
} from '../../../lambda/domain/image-states';
import type { WorkerDeps } from '../../../lambda/domain/ports';
import { processUpload } from '../../../lambda/domain/process-upload';
import { sweepRecord } from '../../../lambda/domain/sweep/sweep-record';
import { type ImageRecord, MAX_TRIES, SCAN_PATIENCE_MS } from '../../../src/contract';
import { CONTENT } from '../../model/memory-imaging';
import { SimulatedService } from '../../model/simulated-service';

const FULL = () => Promise.reject(Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' }));
const at = (service: SimulatedService) => new Date(service.clock.now).toISOString();

/** Every PUT of a variant fails. */
function withFullDisk(service: SimulatedService): WorkerDeps {
  const deps = service.deps();
  return { ...deps, objects: Object.assign(Object.create(deps.objects) as typeof deps.objects, { put: FULL }) };
}

async function tryOnce(deps: WorkerDeps, key: string, isLast: boolean): Promise<void> {
  await expect(processUpload(deps, key, isLast)).rejects.toThrow();
}

test('the write that ends a failed try names its cause, and costs no further write', async () => {
  const service = new SimulatedService();
  const deps = withFullDisk(service);
  const write = jest.spyOn(service.table, 'write');
  const key = await storeImage(service, CONTENT.GOOD);
  write.mockClear();
  await tryOnce(deps, key, false);
  expect(await rowOf(service)).toMatchObject({
    status: 'processing', last_error: { code: 'DiskFull', at: at(service) },
  });
  // The claim and its end.
  expect(write).toHaveBeenCalledTimes(2);
});

test('the write that makes the image failed names the cause of the last try', async () => {
  const service = new SimulatedService();
  const last_error = { code: 'Throttled', at: at(service) } as const;
  const key = await storeImage(service, CONTENT.GOOD, { tries: MAX_TRIES - 1, last_error });
  service.clock.advance(1000);
  await tryOnce(withFullDisk(service), key, true);
  expect(await rowOf(service)).toMatchObject({ status: 'failed', last_error: { code: 'DiskFull', at: at(service) } });
});

test('a try that succeeds removes the error of the one before', async () => {
  const service = new SimulatedService();
  const key = await storeImage(service, CONTENT.GOOD);
  await tryOnce(withFullDisk(service), key, false);
  await processUpload(service.deps(), key, false);
  expect(await rowOf(service)).toMatchObject({ status: 'ready' });
  expect(await rowOf(service)).not.toHaveProperty('last_error');
});

test('a try that rejects the image removes the error of the one before', async () => {
  const service = new SimulatedService();
  const key = await storeImage(service, CONTENT.BAD_IMAGE);
  const deps = service.deps();
  const objects = Object.assign(Object.create(deps.objects) as typeof deps.objects, { read: FULL });
  await tryOnce({ ...deps, objects }, key, false);
  expect(await rowOf(service)).toMatchObject({ last_error: { code: 'DiskFull' } });
  await processUpload(service.deps(), key, false);
  expect(await rowOf(service)).toMatchObject({ status: 'rejected' });
  expect(await rowOf(service)).not.toHaveProperty('last_error');
});

test('a claim removes the error: a worker that is killed leaves no stale cause', async () => {
  const service = new SimulatedService();
  const key = await storeImage(service, CONTENT.GOOD);
  await tryOnce(withFullDisk(service), key, false);
  const make = () => new Promise<never>(() => {});
  const killed = { ...service.deps(), imaging: { ...service.deps().imaging, make } };
  void processUpload(killed, key, false);
  while ((await rowOf(service))?.tries !== 2) await new Promise(setImmediate);
  expect(await rowOf(service)).not.toHaveProperty('last_error');
});

test.each([
  ['ready', (row: ImageRecord) => completeWrites(row, {}, [], 0)],
  ['rejected', (row: ImageRecord) => rejectProcessingWrites(row, { code: 'MALWARE', message: '' }, 0, false)],
  ['deleted', (row: ImageRecord) => deleteWrites(row, 0, false)],
] as const)('an image that is %s keeps no error, also after a claim of an earlier release', async (_, edge) => {
  const service = new SimulatedService();
  await storeImage(service, CONTENT.GOOD, { last_error: { code: 'DiskFull', at: at(service) } });
  const row = (await rowOf(service))!;
  expect(applyWrites(row, edge(row))).not.toHaveProperty('last_error');
});

test('a redrive leaves the error to the next claim: the operator has no right to change it', async () => {
  const service = new SimulatedService();
  await storeImage(service, CONTENT.GOOD, { status: 'failed', last_error: { code: 'DiskFull', at: at(service) } });
  const row = (await rowOf(service))!;
  expect(applyWrites(row, redriveWrites(row, 0))).toMatchObject({
    status: 'processing', last_error: { code: 'DiskFull' },
  });
});

describe('an image whose tries are used up without an outcome', () => {
  const USED_UP = { tries: MAX_TRIES, attempt: MAX_TRIES };
  const RECORDED = { last_error: { code: 'AccessDenied', at: '2026-01-01T00:00:00.000Z' } } as const;

  test.each([['WorkerStopped', {}], ['AccessDenied', RECORDED]] as const)(
    'is failed by the next worker with the cause %s', async (code, more) => {
      const service = new SimulatedService();
      await processUpload(service.deps(), await storeImage(service, CONTENT.GOOD, { ...USED_UP, ...more }), false);
      expect(await rowOf(service)).toMatchObject({ status: 'failed', last_error: { code, at: at(service) } });
    },
  );

  test.each([['WorkerStopped', {}], ['AccessDenied', RECORDED]] as const)(
    'is failed by the sweeper with the cause %s', async (code, more) => {
      const service = new SimulatedService();
      await storeImage(service, CONTENT.GOOD, { ...USED_UP, ...more });
      await sweepRecord(service.deps(), (await rowOf(service))!);
      expect(await rowOf(service)).toMatchObject({ status: 'failed', last_error: { code, at: at(service) } });
    },
  );
});

test('a scanner that is silent for a day is the cause', async () => {
  const service = new SimulatedService();
  const key = await storeImage(service, CONTENT.NEVER_SCANNED);
  service.clock.advance(SCAN_PATIENCE_MS);
  await processUpload(service.deps(), key, false);
  expect(await rowOf(service)).toMatchObject({ status: 'failed', last_error: { code: 'ScannerUnavailable' } });
});

test('the record never holds the text of an error', async () => {
  const service = new SimulatedService();
  const secret = 'originals/_/alice/secret-key';
  const make = () => Promise.reject(new FailedTry('EncodingFailed', `The decoder failed: ${secret}`));
  const deps = { ...service.deps(), imaging: { ...service.deps().imaging, make } };
  await tryOnce(deps, await storeImage(service, CONTENT.GOOD), false);
  const row = await rowOf(service);
  expect(row?.last_error).toEqual({ code: 'EncodingFailed', at: at(service) });
  expect(JSON.stringify(row)).not.toContain('secret-key');
});
