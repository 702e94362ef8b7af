import { idAt, keyOf, Operator, records, row } from './operator';
import { computeUserSegment } from '../../../../lambda/domain/caller';
import { READS_PER_IMAGE } from '../../../../lambda/domain/operate/pace';
import { buildLeaseId, buildOriginalKey, type ImageRecord } from '../../../../src/contract';
import { SETS } from '../../../model/memory-imaging';

const ALL = { command: 'reprocess', all: true, remake: 'missing' } as const;

function without({ ...image }: ImageRecord, fact: 'width'): ImageRecord {
  delete (image as Partial<ImageRecord> as { width?: number })[fact];
  return image;
}

describe('reprocess', () => {
  test('queues images that lack a variant or a fact, retries failed ones, and leaves all others', async () => {
    const complete = { variants: records(SETS[1]) };
    const operator = await new Operator().add(
      row(1), row(2, complete), without(row(3, complete), 'width'), row(4, { status: 'failed', tries: 5 }),
      row(5, { status: 'rejected' }), row(6, { status: 'processing' }),
    );
    const answer = await operator.ask({ command: 'reprocess', user_id: 'alice', remake: 'missing' });
    expect(answer).toEqual({
      done: true,
      seen: 6,
      queued: 3,
      skipped: 3,
      left: { 'complete': 1, 'rejected': 1, 'in work': 1 },
      status: { waiting: 3, working: 0, given_up: 0 },
    });
    expect(operator.announced).toEqual([
      { object_key: keyOf(idAt(1)), remake: 'missing' }, { object_key: keyOf(idAt(3)), remake: 'missing' },
      { object_key: keyOf(idAt(4)) },
    ]);
    const revived = await operator.table.get(idAt(4));
    expect(revived).toMatchObject({ status: 'processing', version: 3, due_at: expect.any(Number) });
    expect(revived).not.toHaveProperty('tries');
  });

  test.each([
    ['all', ALL], ["a user's", { command: 'reprocess', user_id: 'alice', remake: 'missing', rate: 3 } as const],
  ])(
    'reads %s images once each, however short the calls', async (_, request) => {
      const operator = await new Operator().add(...Array.from({ length: 137 }, (_row, n) => row(n)));
      expect(await operator.askOn(request)).toMatchObject({ seen: 137, queued: 137 });
      expect(new Set(operator.announced.map(({ object_key }) => object_key)).size).toBe(137);
    });

  test('keeps to its rate', async () => {
    const operator = await new Operator().add(...Array.from({ length: 60 }, (_, n) => row(n)));
    await operator.ask({ ...ALL, rate: 20 });
    expect(operator.slept).toBeCloseTo(3000 + 60 / 20 / READS_PER_IMAGE * 1000);
  });

  test.each<[string, Partial<ImageRecord>]>([
    ['all up to date', { variants: records(SETS[1]) }], ['none at rest', { status: 'processing' }],
  ])(
    'keeps to it too where images are %s, for the sake of the table that it reads', async (_, more) => {
      const operator = await new Operator().add(...Array.from({ length: 300 }, (_row, n) => row(n, more)));
      expect(await operator.ask({ ...ALL, rate: 1 })).toMatchObject({ done: true, queued: 0 });
      expect(operator.slept).toBeCloseTo(300 / READS_PER_IMAGE * 1000);
    });

  test(
    'ends at an image whose variant changed under its name, and queues all before it and nothing of it', async () => {
      const operator = await new Operator(SETS[2]).add(row(1, { variants: [] }), row(2), row(3, { variants: [] }));
      const answer = await operator.ask(ALL);
      expect(answer).toMatchObject({
        done: false,
        seen: 2,
        queued: 1,
        left: { 'made by other settings': 1 },
        cursor: expect.stringMatching(/^all:/),
        refusal: expect.stringMatching(/"thumb".*rename the variant, or pass --replace/),
      });
      expect(operator.announced.map(({ object_key }) => object_key)).toEqual([keyOf(idAt(1))]);
      expect(await operator.ask({ ...ALL, remake: 'changed', cursor: answer.cursor })).toMatchObject({
        done: true, seen: 2, queued: 2,
      });
    },
  );

  test.each([
    ['a', ALL], [idAt(1), ALL], ['2026-01-01T00:00:00.000Z#01', ALL], ['all:', ALL],
    ['all:YQ', { command: 'reprocess', user_id: 'alice', remake: 'missing' } as const],
  ])('rejects the cursor %s of another request, which would skip images', async (cursor, request) => {
    const operator = await new Operator(SETS[2]).add(row(1, { variants: [] }));
    await expect(operator.ask({ ...request, cursor })).rejects.toThrow(
      'cursor must come from an earlier answer to the same request; repeat the command without it',
    );
    expect(operator.announced).toEqual([]);
  });

  test(
    'passes over forged records: another user\'s image in an index, and items that look like images', async () => {
      const victims = row(2, {
        owner: 'victim',
        user_id: 'alice',
        object_key: buildOriginalKey('_', computeUserSegment({ userId: 'victim' }), idAt(2), '6e'),
      });
      const lease = row(3, { image_id: buildLeaseId(idAt(3), 'thumb.avif'), variants: records(SETS[0]) });
      const operator = await new Operator(SETS[2]).add(row(1, { variants: [] }), victims, lease);
      expect(await operator.ask({ command: 'reprocess', user_id: 'alice', remake: 'missing' })).toMatchObject({
        done: true, queued: 1,
      });
      expect(await operator.ask({ command: 'reprocess', image_id: lease.image_id, remake: 'changed' })).toMatchObject({
        queued: 0, left: { 'none of ours': 1 },
      });
      expect(operator.announced.map(({ object_key }) => object_key)).toEqual([keyOf(idAt(1))]);
      // Its list of variants must not stop the work on other images.
      expect(await (await new Operator(SETS[2]).add(row(1, { variants: [] }), lease)).ask(ALL)).toMatchObject({
        done: true, queued: 1, left: { 'none of ours': 1 },
      });
    },
  );

  test('of one image queues that one, and fails for an unknown image', async () => {
    const operator = await new Operator().add(row(1), row(2));
    expect(await operator.ask({ command: 'reprocess', image_id: idAt(2), remake: 'missing' })).toMatchObject({
      done: true, seen: 1, queued: 1,
    });
    await expect(operator.ask({ command: 'reprocess', image_id: 'x', remake: 'missing' })).rejects.toThrow(
      'image_id must name an image of this service, got: x',
    );
  });
});
