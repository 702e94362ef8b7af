import { openObjectStore } from '../../../lambda/aws/image-objects';
import { BUCKET } from '../../security/presigned';
import { useStorage } from '../../support/engines';

useStorage();

test('read returns the bytes of put, or undefined after a change', async () => {
  const objects = openObjectStore(BUCKET, true);
  const bytes = Buffer.from([0, 1, 2, 255]);
  await objects.put('variants/_/alice/id/thumb.webp', bytes, 'image/webp');
  const { etag } = (await objects.find('variants/_/alice/id/thumb.webp'))!;
  expect(Buffer.from((await objects.read('variants/_/alice/id/thumb.webp', etag))!)).toEqual(bytes);
  await objects.put('variants/_/alice/id/thumb.webp', Buffer.from('other'), 'image/webp');
  expect(await objects.read('variants/_/alice/id/thumb.webp', etag)).toBeUndefined();
  expect(await objects.read('variants/_/alice/id/none.webp', etag)).toBeUndefined();
});

test('deleteAll deletes every page of a prefix and nothing else', async () => {
  const objects = openObjectStore(BUCKET, true);
  const keys = Array.from({ length: 1003 }, (_, i) => `variants/_/alice/many/${i}.webp`);
  for (const key of keys) await objects.put(key, Buffer.from('x'), 'image/webp');
  await objects.put('variants/_/alice/many2/0.webp', Buffer.from('x'), 'image/webp');
  await objects.deleteAll('variants/_/alice/many/');
  expect(await Promise.all([keys[0], keys[1002], 'variants/_/alice/many2/0.webp']
    .map(async key => (await objects.find(key))?.size))).toEqual([undefined, undefined, 1]);
  await objects.deleteAll('variants/_/alice/many/');
}, 60_000);
