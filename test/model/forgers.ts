import { pick, type Session } from './session';
import type { SimulatedService } from './simulated-service';
import type { On } from './steps';
import { computeShard } from '../../lambda/domain/due-dates';
import { type ImageRecord, buildLeaseId } from '../../src/contract';

/** Writes a forged record under a lease's id: due for the sweeper, in the forger's list, with the victim's object. */
export async function forge({ service, images }: Session, { image, by, status }: On<'forge'>): Promise<void> {
  await service.turns.take({});
  const victim = pick(images, image);
  const row = victim && service.table.rows.get(victim.id);
  if (!row || !('object_key' in row)) return;
  const image_id = buildLeaseId(row.image_id, `${by}.avif`);
  service.forged.add(image_id);
  const created_at = row.created_at ?? `${new Date(service.clock.now).toISOString()}#${row.image_id}`;
  const due = { sweep: computeShard(image_id), due_at: service.clock.now };
  const forged: ImageRecord = { ...row, image_id, user_id: by, created_at, status, attempt: 1, url_until: 0, ...due };
  await service.table.write([{ put: forged, guard: service.table.rows.has(image_id) ? { image_id } : 'absent' }]);
}

/** Removes the forged records before the audit: the auditor checks only their effects on the service. */
export function withoutForged({ table, forged }: SimulatedService): void {
  for (const id of forged) table.rows.delete(id);
}
