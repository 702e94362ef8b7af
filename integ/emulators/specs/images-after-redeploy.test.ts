import { readFileSync } from 'node:fs';
import { Client, fetchUrl } from '../../../test/acceptance/support/client';
import { sha256Base64 } from '../../../test/acceptance/support/images';
import { together } from '../../../test/acceptance/support/together';
import { listIds, walk } from '../../../test/acceptance/support/walk';
import { createContractEnvironment, readDeployment } from '../deployment';
import { PHOTO_COUNT, type Ledger } from '../photos';

const { user, photos } = JSON.parse(readFileSync(readDeployment().ledger, 'utf8')) as Ledger;
const client = new Client(createContractEnvironment(), user);

test('every image that was there before is listed, also by its tag', async () => {
  const ids = photos.map(({ imageId }) => imageId).sort();
  expect(ids).toHaveLength(PHOTO_COUNT);
  expect(listIds(await walk(client)).sort()).toEqual(ids);
  expect(listIds(await walk(client, 'limit=100&tag=kept')).sort()).toEqual(ids);
});

test('and downloads with the same bytes', async () => {
  const found = await together(
    photos, async ({ imageId }) => sha256Base64((await fetchUrl((await client.download(imageId)).url)).body),
  );
  expect(found).toEqual(photos.map(({ sha256 }) => sha256));
}, 120_000);
