import { computeUserSegment } from '../../../../lambda/domain/caller';
import { applyWrites, failWrites } from '../../../../lambda/domain/image-states';
import { operate } from '../../../../lambda/domain/operate/operate';
import { READS_PER_IMAGE } from '../../../../lambda/domain/operate/pace';
import type { DeadLetter, OperatorDeps } from '../../../../lambda/domain/ports';
import { computeSettings } from '../../../../lambda/domain/variant-settings';
import {
  type Announcement, type ImageRecord, buildLeaseId, type OperatorAnswer, type OperatorRequest, buildOriginalKey,
  type Remake, type ReprocessRequest,
  type VariantDefinition,
} from '../../../../src/contract';
import { Clock } from '../../../model/clock';
import { SETS } from '../../../model/memory-imaging';
import { MemoryTable } from '../../../model/memory-table';

const NOW = Date.parse('2026-11-26T12:00:00.000Z');
const FACTS = {
  width: 4,
  height: 3,
  format: 'png',
  animated: false,
  placeholder: { thumbhash: 'aGFzaA==', color: '#102030' },
  checksum_sha256: 'x',
};

function records(set: readonly VariantDefinition[]) {
  return set.map(definition => {
    const { name, formats: [format] } = definition;
    return { name, format, width: 1, height: 1, size: 1, settings: computeSettings(definition) };
  });
}

const idAt = (n: number) => `01ARZ3NDEKTSV4RRFFQ69G5F${String(n).padStart(2, '0')}`;
const keyOf = (id: string) => buildOriginalKey('_', computeUserSegment({ userId: 'alice' }), id, '6e');

function row(n: number, more: Partial<ImageRecord> = {}): ImageRecord {
  const [image_id, updated_at] = [idAt(n), new Date(NOW - n * 1000).toISOString()];
  return {
    image_id,
    updated_at,
    owner: 'alice',
    user_id: 'alice',
    created_at: `${updated_at}#${image_id}`,
    status: 'ready',
    version: 2,
    attempt: 1,
    object_key: keyOf(image_id),
    url_until: 0,
    content_type: 'image/png',
    size: 3,
    etag: 'e',
    variants: records(SETS[0]),
    ...FACTS,
    ...more,
  };
}

function without({ ...image }: ImageRecord, fact: 'width'): ImageRecord {
  delete (image as Partial<ImageRecord> as { width?: number })[fact];
  return image;
}

/** The operator's environment: time passes only while they wait. */
class Office {
  readonly clock = new Clock(NOW);
  readonly table = new MemoryTable(this.clock);
  readonly announced: Announcement[] = [];
  readonly warnings: unknown[] = [];
  slept = 0;
  givenUp: DeadLetter[] = [];
  readonly forgotten: string[] = [];

  constructor(readonly variants = SETS[1]) {}

  async add(...rows: ImageRecord[]): Promise<this> {
    for (const put of rows) await this.table.write([{ put, guard: 'absent' }]);
    return this;
  }

  message(id: string, more: Partial<DeadLetter> = {}): void {
    this.givenUp.push({
      id,
      uploads: [{ object_key: keyOf(id) }],
      sentAt: NOW - 1,
      remove: async () => void this.forgotten.push(id),
      ...more,
    });
  }

  get deps(): OperatorDeps {
    return {
      table: this.table,
      scan: this.table,
      variants: this.variants,
      queue: {
        announce: async (object_key: string, remake?: Remake) =>
          void this.announced.push({ object_key, ...remake && { remake } }),
      },
      queues: {
        receiveDeadLetters: async (most: number) => this.givenUp.splice(0, Math.min(most, 3)),
        status: async () => ({ waiting: this.announced.length, working: 0, given_up: this.givenUp.length }),
      },
      randomBytes: (n: number) => Buffer.alloc(n),
      clock: {
        now: () => this.clock.now,
        sleep: async (ms: number) => {
          this.slept += ms;
          this.clock.advance(ms);
        },
      },
      logger: { warn: (_: string, facts: unknown) => void this.warnings.push(facts) },
      metrics: { count: () => {} },
    } as unknown as OperatorDeps;
  }

  ask(request: OperatorRequest, deadline = Infinity): Promise<OperatorAnswer> {
    return operate(this.deps, request, deadline);
  }

  /** Repeats the shortest possible calls until all is done. */
  async askOn(request: ReprocessRequest): Promise<{ calls: number; seen: number; queued: number }> {
    const sum = { calls: 0, seen: 0, queued: 0 };
    for (let cursor: string | undefined; sum.calls < 1000;) {
      const answer = await this.ask({ ...request, cursor }, this.clock.now);
      sum.calls++;
      sum.seen += answer.seen;
      sum.queued += answer.queued;
      if (answer.done) return sum;
      ({ cursor } = answer);
    }
    throw new Error('it does not end');
  }
}

const ALL = { command: 'reprocess', all: true, remake: 'missing' } as const;

describe('reprocess', () => {
  test('queues what lacks a variant or a fact, revives what has failed, and leaves all else', async () => {
    const complete = { variants: records(SETS[1]) };
    const office = await new Office().add(
      row(1), row(2, complete), without(row(3, complete), 'width'), row(4, { status: 'failed', tries: 5 }),
      row(5, { status: 'rejected' }), row(6, { status: 'processing' }),
    );
    const answer = await office.ask({ command: 'reprocess', user_id: 'alice', remake: 'missing' });
    expect(answer).toEqual({
      done: true,
      seen: 6,
      queued: 3,
      skipped: 3,
      left: { 'complete': 1, 'rejected': 1, 'in work': 1 },
      status: { waiting: 3, working: 0, given_up: 0 },
    });
    expect(office.announced).toEqual([
      { object_key: keyOf(idAt(1)), remake: 'missing' }, { object_key: keyOf(idAt(3)), remake: 'missing' },
      { object_key: keyOf(idAt(4)) },
    ]);
    const revived = await office.table.get(idAt(4));
    expect(revived).toMatchObject({ status: 'processing', version: 3, due_at: expect.any(Number) });
    expect(revived).not.toHaveProperty('tries');
  });

  test.each([
    ['all', ALL], ["a user's", { command: 'reprocess', user_id: 'alice', remake: 'missing', rate: 3 } as const],
  ])(
    '%s images are each met once, however short the calls', async (_, request) => {
      const office = await new Office().add(...Array.from({ length: 137 }, (_row, n) => row(n)));
      expect(await office.askOn(request)).toMatchObject({ seen: 137, queued: 137 });
      expect(new Set(office.announced.map(({ object_key }) => object_key)).size).toBe(137);
    });

  test('keeps to its rate', async () => {
    const office = await new Office().add(...Array.from({ length: 60 }, (_, n) => row(n)));
    await office.ask({ ...ALL, rate: 20 });
    expect(office.slept).toBeCloseTo(3000 + 60 / 20 / READS_PER_IMAGE * 1000);
  });

  test.each<[string, Partial<ImageRecord>]>([
    ['all up to date', { variants: records(SETS[1]) }], ['none at rest', { status: 'processing' }],
  ])(
    'keeps to it too where images are %s, for the sake of the table that it reads', async (_, more) => {
      const office = await new Office().add(...Array.from({ length: 300 }, (_row, n) => row(n, more)));
      expect(await office.ask({ ...ALL, rate: 1 })).toMatchObject({ done: true, queued: 0 });
      expect(office.slept).toBeCloseTo(300 / READS_PER_IMAGE * 1000);
    });

  test(
    'ends at an image whose variant changed under its name, and queues all before it and nothing of it', async () => {
      const office = await new Office(SETS[2]).add(row(1, { variants: [] }), row(2), row(3, { variants: [] }));
      const answer = await office.ask(ALL);
      expect(answer).toMatchObject({
        done: false,
        seen: 2,
        queued: 1,
        left: { 'made by other settings': 1 },
        cursor: idAt(1),
        refusal: expect.stringMatching(/"thumb".*rename the variant, or pass --replace/),
      });
      expect(office.announced.map(({ object_key }) => object_key)).toEqual([keyOf(idAt(1))]);
      expect(await office.ask({ ...ALL, remake: 'changed', cursor: answer.cursor })).toMatchObject({
        done: true, seen: 2, queued: 2,
      });
    },
  );

  test(
    'passes over what was forged: another\'s image in a user\'s index, and items that look like images', async () => {
      const victims = row(2, {
        owner: 'victim',
        user_id: 'alice',
        object_key: buildOriginalKey('_', computeUserSegment({ userId: 'victim' }), idAt(2), '6e'),
      });
      const lease = row(3, { image_id: buildLeaseId(idAt(3), 'thumb.avif'), variants: records(SETS[0]) });
      const office = await new Office(SETS[2]).add(row(1, { variants: [] }), victims, lease);
      expect(await office.ask({ command: 'reprocess', user_id: 'alice', remake: 'missing' })).toMatchObject({
        done: true, queued: 1,
      });
      expect(await office.ask({ command: 'reprocess', image_id: lease.image_id, remake: 'changed' })).toMatchObject({
        queued: 0, left: { 'none of ours': 1 },
      });
      expect(office.announced.map(({ object_key }) => object_key)).toEqual([keyOf(idAt(1))]);
      // Its list of variants must not stop the work on other images.
      expect(await (await new Office(SETS[2]).add(row(1, { variants: [] }), lease)).ask(ALL)).toMatchObject({
        done: true, queued: 1, left: { 'none of ours': 1 },
      });
    },
  );

  test('of one image does that one, and says so if there is none', async () => {
    const office = await new Office().add(row(1), row(2));
    expect(await office.ask({ command: 'reprocess', image_id: idAt(2), remake: 'missing' })).toMatchObject({
      done: true, seen: 1, queued: 1,
    });
    await expect(office.ask({ command: 'reprocess', image_id: 'x', remake: 'missing' })).rejects.toThrow(
      'image_id must name an image of this service, got: x',
    );
  });
});

describe('redrive', () => {
  test('asks again for what each message asked for, then forgets it', async () => {
    const claimed = row(1, { status: 'processing', tries: 5, claim_until: NOW + 9 });
    const office = await new Office().add(
      applyWrites(claimed, failWrites(claimed, 'DiskFull', NOW, true)), row(2), row(3, { status: 'processing' }),
    );
    [1, 2, 3, 4].forEach(
      n => office.message(idAt(n), { uploads: [{ object_key: keyOf(idAt(n)), remake: 'changed' }] }),
    );
    expect(await office.ask({ command: 'redrive' })).toMatchObject({
      done: true, seen: 4, queued: 4, skipped: 0, left: {}, image_ids: [1, 2, 3, 4].map(idAt),
    });
    expect(new Map(office.announced.map(({ object_key, remake }) => [object_key, remake])))
      .toEqual(new Map([1, 2, 3, 4].map(n => [keyOf(idAt(n)), n === 2 ? 'changed' : undefined])));
    expect(office.forgotten.sort()).toEqual([1, 2, 3, 4].map(idAt));
    expect(await office.table.get(idAt(1))).toMatchObject({ status: 'processing' });
    expect(await office.table.get(idAt(1))).not.toHaveProperty('claim_until');
  });

  test('leaves an image to the sweeper for as long as that may delete its variants', async () => {
    const office = await new Office().add(row(1, { status: 'failed', tries: 5, claim_until: NOW + 9 }));
    office.message(idAt(1));
    expect(await office.ask({ command: 'redrive' })).toMatchObject({ done: true, queued: 1 });
    expect(await office.table.get(idAt(1))).toMatchObject({ status: 'processing', claim_until: NOW + 9 });
  });

  test('leaves foreign messages, and those that failed again since it began, and ends', async () => {
    const office = await new Office().add(row(1, { status: 'failed' }));
    office.message('junk', { uploads: undefined });
    office.message(idAt(1), { sentAt: NOW + 1 });
    expect(await office.ask({ command: 'redrive' })).toMatchObject({
      done: true, seen: 2, queued: 0, skipped: 2, left: { 'none of ours': 1, 'given up again': 1 }, image_ids: [],
    });
    expect([office.forgotten, office.announced, office.warnings]).toEqual([[], [], [{ message_id: 'junk' }]]);
  });

  test('names some of the images that it queued, each once', async () => {
    const office = new Office();
    [...Array.from({ length: 30 }, (_, n) => n), 0].forEach(n => office.message(idAt(n)));
    expect(await office.ask({ command: 'redrive' })).toMatchObject({
      queued: 31, image_ids: Array.from({ length: 20 }, (_, n) => idAt(n)),
    });
  });

  test('takes no more at once than its rate allows', async () => {
    const office = new Office();
    Array.from({ length: 7 }, (_, n) => office.message(idAt(n)));
    const taken: number[] = [];
    const { receiveDeadLetters } = office.deps.queues;
    const queues = {
      ...office.deps.queues,
      receiveDeadLetters: async (most: number) => { taken.push(most); return receiveDeadLetters(most); },
    };
    await operate({ ...office.deps, queues }, { command: 'redrive', rate: 2 }, Infinity);
    expect([Math.max(...taken), office.slept, office.forgotten.length]).toEqual([2, 3500, 7]);
  });

  test('goes on where it ended, and remembers when it began', async () => {
    const office = new Office();
    Array.from({ length: 7 }, (_, n) => office.message(idAt(n)));
    const first = await office.ask({ command: 'redrive', rate: 1 }, NOW);
    expect(first).toMatchObject({ done: false, seen: 1, cursor: new Date(NOW).toISOString() });
    expect(await office.ask({ command: 'redrive', cursor: first.cursor })).toMatchObject({
      done: true, seen: 6, queued: 6,
    });
    await expect(office.ask({ command: 'redrive', cursor: 'x' })).rejects.toThrow(
      'cursor must be one that a redrive has answered, got: x',
    );
  });
});
