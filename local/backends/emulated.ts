import type { OpenBackend } from './backend';
import { formatAddresses, type Emulator } from '../emulator';
import { createResources, type ResourceOptions } from '../resources';

/** Uses an emulator of AWS, or AWS. Its data stays when this server stops. */
export function createEmulatedBackend(
  emulator: Emulator, waiting: Pick<ResourceOptions, 'waitMs' | 'announce'>,
): OpenBackend {
  return async ({ corsOrigins, processing, step }) => {
    const queues = await createResources(emulator, { corsOrigins, processing, step, ...waiting });
    const things =
      [`bucket ${emulator.bucket}`, `table ${emulator.table}`, ...queues ? [`queue ${emulator.queue}`] : []].join(', ');
    return {
      place: { ...emulator, queues },
      about: `The data is at ${formatAddresses(emulator)}:\n${things}. It stays there when this server stops.`,
    };
  };
}
