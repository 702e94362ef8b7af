import { readFileSync } from 'node:fs';
import { Client, fetchUrl } from '../../../test/acceptance/support/client';
import type { ImageView } from '../../../test/acceptance/support/model';
import { eventually } from '../../../test/acceptance/support/together';
import { createContractEnvironment, readDeployment } from '../deployment';
import { readLogs } from '../function-logs';
import { operate } from '../functions';
import { PHOTO_COUNT, REAL_COUNT, type Ledger } from '../photos';

const { user, photos } = JSON.parse(readFileSync(readDeployment().ledger, 'utf8')) as Ledger;
const client = new Client(createContractEnvironment(), user);
const listIds = (isReal: boolean): string[] =>
  photos.filter(photo => photo.isReal === isReal).map(({ imageId }) => imageId).sort();

async function images(): Promise<Map<string, ImageView>> {
  const page = await client.page('limit=100');
  return new Map(page.images.map(image => [image.image_id, image]));
}

/**
 * These images were ready before the worker existed. A file that is not an image stays unchanged: the worker must not
 * change it.
 */
test('photos from before there was processing get variants when an operator asks for them', async () => {
  const before = await images();
  expect([...before.values()].flatMap(({ variants }) => variants)).toEqual([]);
  const since = Date.now();

  const answer = await operate({ command: 'reprocess', user_id: user, remake: 'missing', rate: 100 });

  expect(answer).toMatchObject({ done: true, seen: PHOTO_COUNT, queued: PHOTO_COUNT, skipped: 0 });
  await eventually(async () => {
    expect((await operate({ command: 'status' })).status).toMatchObject({ waiting: 0, working: 0 });
  }, 90_000);
  const after = await images();
  for (const id of listIds(true)) {
    const { variants } = after.get(id)!;
    expect(variants).toHaveLength(4);
    for (const { url } of variants as { readonly url: string }[]) expect((await fetchUrl(url)).status).toBe(200);
  }
  expect(listIds(false)).toHaveLength(PHOTO_COUNT - REAL_COUNT);
  for (const id of listIds(false)) expect(after.get(id)).toEqual(before.get(id));
  await eventually(async () => {
    const told = await listKept(since);
    expect(listIds(false)).toEqual(expect.arrayContaining(told));
    // MiniStack may hold back a function's last lines until its next call.
    expect(told.length).toBeGreaterThan(0.8 * (PHOTO_COUNT - REAL_COUNT));
  });
}, 180_000);

/** Ids of the images for which the worker logged that they keep their variants. */
async function listKept(since: number): Promise<string[]> {
  const lines = (await readLogs('Worker', since)).split('\n').filter(
    line => line.includes('reprocessing failed; the image keeps its variants'),
  );
  return [...new Set(lines.map(line => (JSON.parse(line) as { image_id: string }).image_id))].sort();
}
