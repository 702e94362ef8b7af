import { computeUserSegment } from '../../../lambda/domain/caller';
import { deleteImage } from '../../../lambda/domain/delete-image';
import type { Deps } from '../../../lambda/domain/ports';
import { sweep } from '../../../lambda/domain/sweep';
import { updateImage } from '../../../lambda/domain/update-image';
import {
  buildOriginalKey, buildPublicPrefix, buildVariantPrefix, type ImageRecord, type Invalidation, type Visibility,
} from '../../../src/contract';
import { SimulatedService } from '../../model/simulated-service';

const ID = '01ARZ3NDEKTSV4RRFFQ69G5FAV';
const ALICE = { userId: 'alice' };
const KEY = buildOriginalKey('_', computeUserSegment(ALICE), ID, '6e');
const COPY = `${buildPublicPrefix(KEY)}thumb.webp`;
const VARIANT = `${buildVariantPrefix(KEY)}thumb.webp`;
const MINUTE = 60_000;

/** A public image, with a copy of its variant. */
class Publication {
  readonly simulated: SimulatedService;
  private readonly start: number;

  constructor(hasCdn = true) {
    this.simulated = new SimulatedService({ hasCdn });
    this.start = this.simulated.clock.now;
  }

  async open(more: Partial<ImageRecord> = {}): Promise<this> {
    const { table, objects, clock } = this.simulated;
    const updated_at = new Date(clock.now).toISOString();
    const row: ImageRecord = {
      image_id: ID,
      owner: 'alice',
      user_id: 'alice',
      created_at: `${updated_at}#${ID}`,
      updated_at,
      status: 'ready',
      version: 3,
      attempt: 1,
      visibility: 'public',
      object_key: KEY,
      url_until: 0,
      content_type: 'image/png',
      size: 8,
      ...more,
    };
    await table.write([{ put: row, guard: 'absent' }]);
    for (const key of [KEY, VARIANT, COPY]) objects.bytes.set(key, Buffer.from('bytes'));
    return this;
  }

  get deps(): Deps {
    return this.simulated.deps();
  }

  get row(): ImageRecord {
    return this.simulated.table.rows.get(ID) as ImageRecord;
  }

  /** Attributes of the end, with `due_at` in minutes from the start. */
  get end() {
    const { visibility, unpublished, due_at, public_until, sweep: partition } = this.row;
    const minutes = (time?: number) => time === undefined ? undefined : Math.round((time - this.start) / MINUTE);
    return {
      visibility, unpublished, due: minutes(due_at), until: minutes(public_until), isListed: partition !== undefined,
    };
  }

  get keys(): string[] {
    return [...this.simulated.objects.bytes.keys()];
  }

  async show(visibility: Visibility | null): Promise<ImageRecord> {
    return updateImage(this.deps, ALICE, ID, { visibility }, () => true);
  }

  async sweepAfter(minutes: number): Promise<void> {
    this.simulated.clock.advance(minutes * MINUTE);
    await sweep(this.deps, Infinity);
  }

  /** The queued invalidations of public URLs. `accept`: CloudFront accepts them. */
  take(accept: boolean): (number | undefined)[] {
    const { cdn, table } = this.simulated;
    const asked: Invalidation[] = cdn.messages.splice(0);
    for (const { unpublished } of asked) {
      if (accept && unpublished === this.row.unpublished) {
        const { unpublished: _, ...row } = this.row;
        table.rows.set(ID, row);
      }
    }
    return asked.filter(({ scope }) => scope !== undefined).map(({ unpublished }) => unpublished);
  }
}

const NOTHING = { unpublished: undefined, due: undefined, until: undefined, isListed: false };

test('an image made private loses its copies at once, and again an hour later', async () => {
  const image = await new Publication().open();
  await image.show('private');
  expect(image.end).toEqual({ visibility: undefined, unpublished: 4, due: 5, until: 0, isListed: true });
  expect([image.keys, image.take(true)]).toEqual([[KEY, VARIANT], [4]]);
  await image.sweepAfter(6);
  expect([image.end, image.take(true)]).toEqual([{ ...image.end, unpublished: undefined, due: 60 }, []]);
  image.simulated.objects.bytes.set(COPY, Buffer.from('late'));
  await image.sweepAfter(55);
  expect([image.end.unpublished, image.end.until, image.keys]).toEqual([-4, undefined, [KEY, VARIANT]]);
  expect(image.take(true)).toEqual([undefined, -4]);
  await image.sweepAfter(6);
  expect([image.end, image.row.version, image.take(true)]).toEqual([{ visibility: undefined, ...NOTHING }, 4, []]);
});

test('while CloudFront accepts nothing, each sweep asks again', async () => {
  const image = await new Publication().open();
  await image.show('private');
  image.take(false);
  for (let sweeps = 0; sweeps < 3; sweeps++) {
    await image.sweepAfter(5);
    expect(image.take(false)).toEqual([4]);
  }
  await image.sweepAfter(60);
  expect(image.take(false)).toEqual([4, -4]);
  for (let sweeps = 0; sweeps < 3; sweeps++) {
    await image.sweepAfter(60);
    expect(image.take(false)).toEqual([-4]);
  }
  expect(image.end).toMatchObject({ unpublished: -4, isListed: true });
});

test('an image that is public again keeps its copies, and nothing is due', async () => {
  const image = await new Publication().open();
  await image.show('private');
  await image.show('public');
  expect(image.end).toEqual({ visibility: 'public', ...NOTHING });
  image.simulated.objects.bytes.set(COPY, Buffer.from('again'));
  await image.sweepAfter(61);
  expect(image.keys).toContain(COPY);
  await image.show(null);
  expect([image.end, image.keys]).toEqual([
    { visibility: undefined, unpublished: 6, due: 66, until: 61, isListed: true }, [KEY, VARIANT],
  ]);
});

test('edits of a private image do not move the end of its copies', async () => {
  const image = await new Publication().open();
  await image.show('private');
  for (let edits = 0; edits < 3; edits++) {
    await image.sweepAfter(15);
    await updateImage(image.deps, ALICE, ID, { tags: [`edit ${edits}`] }, () => true);
    image.take(true);
  }
  expect(image.end).toMatchObject({ until: 0, due: 60 });
});

test('a repeated request deletes copies that an earlier one left', async () => {
  const image = await new Publication().open();
  await image.show('private');
  image.simulated.objects.bytes.set(COPY, Buffer.from('left'));
  await image.show('private');
  expect([image.keys, image.row.version]).toEqual([[KEY, VARIANT], 4]);
});

test.each(['pending', 'processing', 'rejected', 'failed'] as const)(
  'a %s image has no copies: made private, it is not due for them', async status => {
    const image = await new Publication().open({ status, due_at: 1, sweep: 0 });
    await image.show('private');
    expect(image.row).toMatchObject({ due_at: 1, sweep: 0 });
    expect([image.row.public_until, image.row.unpublished, image.take(true)]).toEqual([undefined, undefined, []]);
    await image.show('public');
    expect(image.row).toMatchObject({ due_at: 1, sweep: 0, visibility: 'public' });
  },
);

test('a deleted public image loses its copies at once and an hour later, and then settles', async () => {
  const image = await new Publication().open();
  await deleteImage(image.deps, ALICE, ID);
  expect(image.end).toEqual({ visibility: undefined, unpublished: 4, due: 5, until: 0, isListed: true });
  expect([image.keys, image.take(true)]).toEqual([[], [4]]);
  image.simulated.table.rows.set(ID, { ...image.row, invalidate: undefined });
  await image.sweepAfter(6);
  await image.sweepAfter(55);
  expect([image.end.unpublished, image.end.until, image.take(true)]).toEqual([-4, undefined, [-4]]);
  await image.sweepAfter(6);
  expect(image.row).toMatchObject({ status: 'deleted', expires_at: expect.any(Number) });
  expect(image.end).toEqual({ visibility: undefined, ...NOTHING });
});

test('without a CDN the copies go, and nothing waits for invalidations', async () => {
  const image = await new Publication(false).open();
  await image.show('private');
  expect([image.keys, image.take(true)]).toEqual([[KEY, VARIANT], []]);
  image.simulated.objects.bytes.set(COPY, Buffer.from('late'));
  await image.sweepAfter(6);
  expect(image.end).toMatchObject({ due: 60 });
  await image.sweepAfter(55);
  expect([image.end, image.keys]).toEqual([{ visibility: undefined, ...NOTHING }, [KEY, VARIANT]]);
});

test('an image with another owner\'s key loses no copies', async () => {
  const image = await new Publication().open({ owner: 'mallory', user_id: 'mallory' });
  await updateImage(image.deps, { userId: 'mallory' }, ID, { visibility: 'private' }, () => true);
  await image.sweepAfter(61);
  expect([image.keys, image.take(true)]).toEqual([[KEY, VARIANT, COPY], []]);
});
