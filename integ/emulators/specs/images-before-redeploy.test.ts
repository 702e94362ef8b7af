import { writeFileSync } from 'node:fs';
import { Client, expectStatus, fetchUrl, put } from '../../../test/acceptance/support/client';
import { ACCEPTED_TYPES, imageBytes, sha256Base64 } from '../../../test/acceptance/support/images';
import { range, together } from '../../../test/acceptance/support/together';
import { listIds, walk } from '../../../test/acceptance/support/walk';
import { createContractEnvironment, readDeployment } from '../deployment';
import { PHOTO_COUNT, REAL_COUNT, type Ledger, type Photo } from '../photos';
import { type Picture, createTinyPicture } from '../pictures';

const client = new Client(createContractEnvironment());

test(`uploads, confirms, lists and downloads ${PHOTO_COUNT} images byte for byte`, async () => {
  const photos = await together(range(PHOTO_COUNT), keep);
  expect(listIds(await walk(client)).sort()).toEqual(photos.map(({ imageId }) => imageId).sort());
  const ledger: Ledger = { user: client.user, photos };
  writeFileSync(readDeployment().ledger, JSON.stringify(ledger));
}, 120_000);

async function keep(i: number): Promise<Photo> {
  const isReal = i < REAL_COUNT;
  const { type, bytes } = isReal ? await createTinyPicture(i) : generatePicture(i);
  const { image_id: imageId, upload } = await client.createImage({
    content_type: type,
    size: bytes.length,
    tags: ['kept'],
  });
  expect((await put(upload, bytes)).status).toBe(200);
  expectStatus(await client.confirm(imageId), 200);
  const downloaded = await fetchUrl((await client.download(imageId)).url);
  expect(downloaded.body.equals(bytes)).toBe(true);
  return { imageId, sha256: sha256Base64(bytes), isReal };
}

function generatePicture(i: number): Picture {
  const type = ACCEPTED_TYPES[i % ACCEPTED_TYPES.length];
  return { type, bytes: imageBytes(type, 2000 + i) };
}
