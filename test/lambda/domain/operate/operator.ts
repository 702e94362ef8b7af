import { computeUserSegment } from '../../../../lambda/domain/caller';
import { operate } from '../../../../lambda/domain/operate/operate';
import type { DeadLetter, OperatorDeps } from '../../../../lambda/domain/ports';
import { computeSettings } from '../../../../lambda/domain/variant-settings';
import {
  type Announcement, type ImageRecord, type OperatorAnswer, type OperatorRequest, buildOriginalKey, type VariantsToMake,
  type ReprocessRequest, type VariantDefinition,
} from '../../../../src/contract';
import { Clock } from '../../../model/clock';
import { SETS } from '../../../model/memory-imaging';
import { MemoryTable } from '../../../model/memory-table';
import { QUIET } from '../../../support/quiet-logger';

export const NOW = Date.parse('2026-11-26T12:00:00.000Z');
const FACTS = {
  width: 4,
  height: 3,
  format: 'png',
  animated: false,
  placeholder: { thumbhash: 'aGFzaA==', color: '#102030' },
  checksum_sha256: 'x',
};

export function records(set: readonly VariantDefinition[]) {
  return set.map(definition => {
    const { name, formats: [format] } = definition;
    return { name, format, width: 1, height: 1, size: 1, settings: computeSettings(definition) };
  });
}

export const idAt = (n: number) => `01ARZ3NDEKTSV4RRFFQ69G5F${String(n).padStart(2, '0')}`;
export const keyOf = (id: string) => buildOriginalKey('_', computeUserSegment({ userId: 'alice' }), id, '6e');

export function row(n: number, more: Partial<ImageRecord> = {}): ImageRecord {
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

/** The operator's environment: time passes only while they wait. */
export class Operator {
  readonly clock = new Clock(NOW);
  readonly table = new MemoryTable(this.clock);
  readonly announced: Announcement[] = [];
  readonly infos: unknown[] = [];
  readonly warnings: unknown[] = [];
  slept = 0;
  deadLetters: DeadLetter[] = [];
  readonly removed: string[] = [];

  constructor(readonly variants = SETS[1]) {}

  async add(...rows: ImageRecord[]): Promise<this> {
    for (const put of rows) await this.table.write([{ put, guard: 'absent' }]);
    return this;
  }

  message(id: string, more: Partial<DeadLetter> = {}): void {
    this.deadLetters.push({
      id,
      uploads: [{ object_key: keyOf(id) }],
      sentAt: NOW - 1,
      remove: async () => void this.removed.push(id),
      ...more,
    });
  }

  get deps(): OperatorDeps {
    return {
      table: this.table,
      scan: this.table,
      variants: this.variants,
      queue: {
        announce: async (object_key: string, which?: VariantsToMake) =>
          void this.announced.push({ object_key, ...which && { remake: which } }),
      },
      queues: {
        receiveDeadLetters: async (most: number) => this.deadLetters.splice(0, Math.min(most, 3)),
        status: async () => ({ waiting: this.announced.length, working: 0, given_up: this.deadLetters.length }),
      },
      randomBytes: (n: number) => Buffer.alloc(n),
      clock: {
        now: () => this.clock.now,
        sleep: async (ms: number) => {
          this.slept += ms;
          this.clock.advance(ms);
        },
      },
      logger: {
        ...QUIET,
        info: (_: string, facts: unknown) => void this.infos.push(facts),
        warn: (_: string, facts: unknown) => void this.warnings.push(facts),
      },
      metrics: { count: () => {}, measure: () => {} },
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
