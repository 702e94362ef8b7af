import { rowOf, storeImage } from './stored-image';
import { ScannerUnavailable } from '../../../lambda/domain/errors';
import { processUpload } from '../../../lambda/domain/process-upload';
import { MAX_TRIES, SCAN_PATIENCE_MS } from '../../../src/contract';
import { CONTENT } from '../../model/memory-imaging';
import { SimulatedService } from '../../model/simulated-service';

describe('an image whose scanner is unavailable', () => {
  const outage = { scan: async () => Promise.reject(new ScannerUnavailable('no definitions yet')) };

  test('waits without a claim and uses no try, however often it is announced', async () => {
    const service = new SimulatedService();
    const key = await storeImage(service, CONTENT.GOOD);
    for (let announced = 0; announced < 2 * MAX_TRIES; announced++) {
      await processUpload({ ...service.deps(), scanner: outage }, key, announced % 2 === 0);
      expect(await rowOf(service)).toMatchObject({ status: 'processing', tries: 0, due_at: expect.any(Number) });
      expect(await rowOf(service)).not.toHaveProperty('claim_until');
    }
    await processUpload(service.deps(), key, false);
    expect((await rowOf(service))?.status).toBe('ready');
  });

  test('fails after a day and keeps its original', async () => {
    const service = new SimulatedService();
    const key = await storeImage(service, CONTENT.GOOD);
    service.clock.advance(SCAN_PATIENCE_MS);
    await processUpload({ ...service.deps(), scanner: outage }, key, false);
    expect((await rowOf(service))?.status).toBe('failed');
    expect(service.objects.bytes.has(key)).toBe(true);
  });

  test('keeps the message of a reprocessing in the queue', async () => {
    const service = new SimulatedService();
    const key = await storeImage(service, CONTENT.GOOD);
    await processUpload(service.deps(), key, false);
    const variants = [
      { name: 'new', width: 10, fit: 'inside', formats: ['webp'], quality: 50, generation: 'eager' },
    ] as never;
    const deps = service.deps();
    await expect(
      processUpload({ ...deps, imaging: { ...deps.imaging, variants }, scanner: outage }, key, false, 'missing'),
    ).rejects.toThrow('scanner is unavailable');
  });
});
