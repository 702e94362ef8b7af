import type { ApiDeps } from '../../../lambda/domain/ports';
import { buildVariantViews } from '../../../lambda/http/variant-views';
import type { ImageRecord } from '../../../src/contract';
import { createCdnDelivery } from '../list/cdn-delivery';
import { measurePages } from '../list/list-page';

const deps = { delivery: createCdnDelivery(), clock: { now: Date.now } } as unknown as ApiDeps;

void measurePages(async row => (await buildVariantViews(row as ImageRecord, deps)).map(({ url }) => url as string));
