import { computeUserSegment } from '../../../lambda/domain/caller';
import { type ImageRecord, IMAGE_TYPES, METRICS, buildOriginalKey } from '../../../src/contract';
import { etagOf } from '../../model/memory-objects';
import { SimulatedService } from '../../model/simulated-service';

/** Metrics that each verdict counts, with 0 or 1. */
export const COUNTED_VERDICT = [METRICS.REJECTION, METRICS.RESOURCE_LIMIT_REJECTION];

export const ID = '01ARZ3NDEKTSV4RRFFQ69G5FAV';
export const keyOf = (id: string) => buildOriginalKey('_', computeUserSegment({ userId: 'alice' }), id, '6e');

/** A confirmed image of these contents. */
export async function storeImage(
  service: SimulatedService, content: number, { id = ID, ...more }: Partial<ImageRecord> & { id?: string } = {},
): Promise<string> {
  const bytes = Buffer.alloc(8, content).fill(IMAGE_TYPES.indexOf('image/png'), 0, 1);
  service.objects.plant(keyOf(id), bytes, () => {});
  const updated_at = new Date(service.clock.now).toISOString();
  const put: ImageRecord = {
    image_id: id,
    owner: 'alice',
    user_id: 'alice',
    created_at: `${updated_at}#${id}`,
    updated_at,
    status: 'processing',
    version: 2,
    object_key: keyOf(id),
    url_until: 0,
    content_type: 'image/png',
    size: 8,
    etag: etagOf(bytes),
    sweep: 0,
    due_at: service.clock.now,
    ...more,
  };
  await service.table.write([{ put, guard: 'absent' }]);
  return keyOf(id);
}

export const rowOf = async (service: SimulatedService, id = ID) => service.table.get(id);

/** Metrics that only collect the names of counts. */
export const countInto = (counted: string[]) => ({
  count: (metric: string) => void counted.push(metric), measure: () => undefined,
});
