import { type Caller, computeTenantSegment, computeUserSegment } from '../../../lambda/domain/caller';
import { confirmImage } from '../../../lambda/domain/confirm-image';
import { createImage } from '../../../lambda/domain/create-image';
import { downloadImage } from '../../../lambda/domain/download-image';
import { listImages } from '../../../lambda/domain/list-images';
import { isOwnKey } from '../../../lambda/domain/own-key';
import type { ApiDeps } from '../../../lambda/domain/ports';
import { buildVariantViews } from '../../../lambda/http/variant-views';
import {
  type FacetRecord, type ImageRecord, buildLeaseId, buildOriginalKey, buildTagFacet,
} from '../../../src/contract';
import { SimulatedService } from '../../model/simulated-service';

const ALICE: Caller = { userId: 'alice' };
const ID = '01ARZ3NDEKTSV4RRFFQ69G5FAV';
const OTHER = '01ARZ3NDEKTSV4RRFFQ69G5FAW';

function keyOf(principal: Caller, id = ID, nonce = '6e'): string {
  return buildOriginalKey(computeTenantSegment(principal), computeUserSegment(principal), id, nonce);
}

const ACME: Caller = { tenantId: 'acme', userId: 'alice' };
const ACMES = `${computeTenantSegment(ACME)}#alice`;

test.each([
  ['a record', ID, 'alice', keyOf(ALICE)],
  ['an upload that started again', `${ID}#expired:6e`, 'alice', keyOf(ALICE)],
  ['a record of a tenant', ID, ACMES, keyOf(ACME)],
  ['a user whose name paths would escape', ID, 'auth0|x@y', keyOf({ userId: 'auth0|x@y' })],
])('isOwnKey accepts the key of %s', (_, image_id, owner, object_key) => {
  expect(isOwnKey({ image_id, owner, object_key })).toBe(true);
});

test.each([
  ['another image', OTHER, 'alice', keyOf(ALICE)],
  ['another owner', ID, 'bob', keyOf(ALICE)],
  ['another tenant', ID, `${computeTenantSegment({ tenantId: 'other', userId: 'x' })}#alice`, keyOf(ACME)],
  ['no tenant, where the owner has one', ID, ACMES, keyOf(ALICE)],
  ['a tenant, where the owner has none', ID, 'alice', keyOf(ACME)],
  ['a lease', buildLeaseId(ID, 'thumb.avif'), 'alice', keyOf(ALICE)],
  ['a facet', ID + buildTagFacet('a'), 'alice', keyOf(ALICE)],
  ['another nonce', `${ID}#expired:7f`, 'alice', keyOf(ALICE)],
  ['a key of variants', ID, 'alice', keyOf(ALICE).replace('originals/', 'variants/')],
  ['a longer key', ID, 'alice', `${keyOf(ALICE)}/x`],
  ['a shorter key', ID, 'alice', keyOf(ALICE).replace('/6e', '')],
  ['an empty nonce', ID, 'alice', keyOf(ALICE, ID, '')],
  ['no owner', ID, undefined, keyOf(ALICE)],
  ['no key', ID, 'alice', undefined],
  ['a key that is a number', ID, 'alice', 7],
])('isOwnKey denies the key of %s', (_, image_id, owner, object_key) => {
  expect(isOwnKey({ image_id, owner, object_key } as ImageRecord)).toBe(false);
});

const DECLARED = { content_type: 'image/png', size: 8, tags: ['a'] } as const;

async function uploaded(service: SimulatedService, principal: Caller): Promise<ImageRecord> {
  const { image_id } = await createImage(service.deps(), principal, DECLARED);
  const row = (await service.table.get(image_id))!;
  service.objects.plant(row.object_key, Buffer.from([1, 0, 0, 0, 0, 0, 0, 0]), () => {});
  return row;
}

const newService = () => new SimulatedService({ processing: 'off' });

test('confirm answers upload-missing for an object key of another record', async () => {
  const service = newService();
  const victims = await uploaded(service, { userId: 'victim' });
  const { image_id } = await createImage(service.deps(), { userId: 'mallory' }, DECLARED);
  await service.table.write([
    { update: image_id, set: { object_key: victims.object_key }, guard: { status: 'pending' } },
  ]);
  await expect(confirmImage(service.deps(), { userId: 'mallory' }, image_id)).rejects.toMatchObject({
    code: 'upload-missing',
  });
});

test('a caller gets no URL of another record\'s objects', async () => {
  const service = newService();
  const victims = await confirmImage(
    service.deps(), { userId: 'victim' }, (await uploaded(service, { userId: 'victim' })).image_id,
  );
  const own = await confirmImage(
    service.deps(), { userId: 'mallory' }, (await uploaded(service, { userId: 'mallory' })).image_id,
  );
  const variants: ImageRecord['variants'] = [
    { name: 'thumb', format: 'webp', width: 1, height: 1, size: 1, settings: 's' },
  ];
  const urls = async () => {
    const row = (await service.table.get(own.image_id))!;
    const download = await downloadImage(service.deps(), { userId: 'mallory' }, own.image_id, () => 'attachment').catch(
      (error: Error) => error,
    );
    return [download, await buildVariantViews(
      row, { ...service.deps(), delivery: { mode: 'anyone', baseUrl: 'https://cdn' } } as unknown as ApiDeps,
    )];
  };
  await service.table.write([{ update: own.image_id, set: { variants }, guard: { status: 'ready' } }]);
  expect(await urls()).toMatchObject([{ url: own.object_key }, [{ url: expect.stringContaining(own.image_id) }]]);
  await service.table.write([
    { update: own.image_id, set: { object_key: victims.object_key }, guard: { status: 'ready' } },
  ]);
  expect(await urls()).toMatchObject([{ code: 'not-found' }, []]);
});

test('a list leaves out images of another owner that a forged index entry names', async () => {
  const service = newService();
  const victims = await confirmImage(
    service.deps(), { userId: 'victim' }, (await uploaded(service, { userId: 'victim' })).image_id,
  );
  const own = await confirmImage(
    service.deps(), { userId: 'mallory' }, (await uploaded(service, { userId: 'mallory' })).image_id,
  );
  const forged = { created_at: victims.created_at! };
  await service.table.write([
    {
      putFacet: {
        ...forged,
        image_id: buildLeaseId(victims.image_id, 'thumb.avif'),
        user_id: 'mallory',
      } as FacetRecord,
    },
    {
      putFacet: {
        ...forged,
        image_id: buildLeaseId(victims.image_id, 'thumb.webp'),
        user_id: 'mallory#tag:a',
      } as FacetRecord,
    },
  ]);
  for (const tags of [[], ['a']]) {
    const { images } = await listImages(service.deps(), { userId: 'mallory' }, {
      filters: { tags },
      descending: true,
      limit: 10,
    });
    expect(images.map(({ image_id }) => image_id)).toEqual([own.image_id]);
  }
});
