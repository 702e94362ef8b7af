import type { Faults } from './faults';
import { type Body, hasBody } from './route';
import type { Delivery } from '../domain/deliver/ports';

/** Without a CDN each URL is presigned and ends, so nothing can be public. Notes the fault beside all others. */
export function checkVisibility(body: Body, delivery: Delivery, faults: Faults): void {
  if (delivery.mode !== 'presigned' || !hasBody(body)) return;
  if (Object.hasOwn(body, 'visibility') && body.visibility === 'public') {
    faults.add('/visibility', 'must be private, since this service has no CDN for public images, got "public"');
  }
}
