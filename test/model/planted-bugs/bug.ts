import type fc from 'fast-check';
import type { Table, Write } from '../../../lambda/domain/ports';
import type { MemoryTable } from '../memory-table';
import type { Broken } from '../simulated-service';
import type { Scenario } from '../steps';

/** A model test that finds nothing proves nothing: each bug must be found by the invariant that it breaks. */
export interface Bug {
  readonly name: string;
  readonly breaks: RegExp;
  readonly stores?: Broken;
  /** A scenario that reaches the bug, if random scenarios seldom do. */
  readonly example?: Scenario;
  /** The generator to use, if the default scenarios seldom reach the bug. */
  readonly scenarios?: fc.Arbitrary<Scenario>;
  /** A module of the domain, and the replacements of some of its functions. */
  readonly module?: string;
  readonly functions?: Record<string, (...args: never[]) => unknown>;
}

export function alterWrites(alter: (write: Write, table: MemoryTable) => Write[]): Broken {
  const altered = (table: MemoryTable): Table => Object.assign(Object.create(table) as MemoryTable, {
    write: (writes: readonly Write[]) => table.write(writes.flatMap(write => alter(write, table))),
  });
  return { table: altered };
}

export function unguarded(write: Write, table: MemoryTable): Write[] {
  const present = (id: string) => ({ image_id: id });
  if ('put' in write) {
    return [{ ...write, guard: table.rows.has(write.put.image_id) ? present(write.put.image_id) : 'absent' }];
  }
  return ['update' in write ? { ...write, guard: present(write.update) } : write];
}

export function withoutVersion(write: Write): Write[] {
  if (!('guard' in write) || write.guard === 'absent') return [write];
  const { version: _, ...guard } = write.guard;
  return [{ ...write, guard }];
}
