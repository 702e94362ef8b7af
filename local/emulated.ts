import type { OpenBackend } from './backend';
import { addresses } from './emulator';
import type { Place } from './place';
import { createResources, type ResourceOptions } from './resources';

/** An emulator of AWS, or AWS itself. It outlives this server, and so does what is stored there. */
export function emulated(place: Place, waiting: Pick<ResourceOptions, 'waitMs' | 'announce'>): OpenBackend {
  return async ({ corsOrigins, step }) => {
    await createResources(place, { corsOrigins, step, ...waiting });
    return { place, about: `The data is at ${addresses(place)}:\nbucket ${place.bucket}, table ${place.table}. It stays there when this server stops.` };
  };
}
