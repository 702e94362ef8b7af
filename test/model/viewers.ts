import { MemoryCdn, memoryLeases } from './memory-cdn';
import type { MemoryTable } from './memory-table';
import { pick, type Session } from './session';
import type { On, Step } from './steps';
import { computeUserSegment } from '../../lambda/domain/caller';
import { invalidateImages } from '../../lambda/domain/deliver/invalidate-images';
import { transformVariant } from '../../lambda/domain/deliver/transform-variant';
import type { WorkerDeps } from '../../lambda/domain/ports';
import { type ImageRecord, PREFIXES, VARIANT_EXTENSIONS } from '../../src/contract';
import { type Finding, reporter } from '../audit/finding';

const PATIENCE_MS = 30_000;

/** A view of a variant: from the CDN's cache, from storage, or made on demand. */
export async function view(
  session: Session, step: Step, { image: which, variant, isPublic = false }: On<'view'>,
): Promise<void> {
  const { service } = session;
  const image = pick(session.images, which);
  const definition = pick(service.set, variant);
  if (!service.hasCdn || !image || !definition) return;
  await service.turns.take({});
  const { cdn, objects } = service;
  const file = `${definition.name}.${VARIANT_EXTENSIONS[pick(definition.formats, variant)!]}`;
  const path = `${isPublic ? '/public' : ''}/_/${computeUserSegment({ userId: image.owner })}/${image.id}/${file}`;
  const stored = objects.bytes.get(`${PREFIXES.VARIANTS}${path.slice(1)}`);
  if (cdn.shown.has(path)) return;
  if (stored) return cdn.keep(path, stored, cdn.moment);
  await make(session, step, image.id, path);
}

async function make(session: Session, step: Step, id: string, path: string): Promise<void> {
  const { service } = session;
  const { cdn, table, clock } = service;
  const asked = cdn.moment;
  let stored = table.changes.length;
  service.working++;
  const { value } = await session.operate(step, deps => {
    const objects: WorkerDeps['objects'] = Object.assign(Object.create(deps.objects) as WorkerDeps['objects'], {
      put: async (...args: Parameters<WorkerDeps['objects']['put']>) => {
        const etag = await deps.objects.put(...args);
        stored = table.changes.length;
        return etag;
      },
    });
    return transformVariant(
      { ...deps, objects, leases: memoryLeases(table, clock), leaseMs: PATIENCE_MS },
      { path },
      deps.clock.now() + PATIENCE_MS,
    );
  });
  service.working--;
  if (!value) return;
  if (!wasAllowed(table, id, path, stored)) {
    service.surprises.push({
      invariant: 'I5',
      subject: id,
      problem: `${path} was made and shown of an image that did not allow it`,
    });
  }
  cdn.keep(path, value.bytes, asked);
}

/**
 * Whether the image's record allowed the path after its object was stored. An image may be made public again meanwhile.
 */
function wasAllowed({ rows, changes }: MemoryTable, id: string, path: string, since: number): boolean {
  const states = [rows.get(id), ...changes.slice(since).map(({ before }) => before)];
  return states.some(row => row?.image_id === id && allows(row as ImageRecord, path));
}

function allows({ status, visibility }: ImageRecord, path: string): boolean {
  return status === 'ready' && (!path.startsWith(PUBLIC) || visibility === 'public');
}

const PUBLIC = '/public/';

/** The invalidator takes all queued invalidations. */
export async function invalidate(
  session: Session, step: Step, { refusals }: Omit<On<'invalidate'>, 'do'>,
): Promise<void> {
  const { service } = session;
  const { cdn } = service;
  await service.turns.take({});
  const messages = [...cdn.messages];
  if (messages.length === 0) return;
  cdn.refusals = refusals;
  const { value: left } = await session.operate(step, deps => (
    invalidateImages({ ...deps, distribution: cdn.distribution }, messages, deps.clock.now() + PATIENCE_MS)));
  if (left) cdn.messages = cdn.messages.filter(message => !messages.includes(message) || left.includes(message));
}

/**
 * I5, once settled: the CDN caches no variant of an image that is not ready, and under public URLs none of a private
 * one. It keeps a response until an invalidation covers it: so one was accepted after the last moment at which a
 * response could have been cached. The auditor checks the objects that the CDN could still fetch.
 */
export function checkShown({ shown }: MemoryCdn, rows: ReadonlyMap<string, object>, findings: Finding[]): void {
  for (const path of shown.keys()) {
    const row = rows.get(path.split('/').at(-2)!) as ImageRecord | undefined;
    if (row === undefined || !allows(row, path)) {
      const state = row?.status === 'ready' ? 'private' : row?.status ?? 'gone';
      reporter(findings, path)('I5', `the CDN still shows it, but its row is ${state}`);
    }
  }
}
