import { buildTableNotFoundError, buildValidationError } from './errors';
import type { Store } from './store';
import type { Input, Output } from '../aws-json';

interface Specification { AttributeName: string; Enabled: boolean }

const PREFIX = 'ttl~';

function readSpecification(store: Store, name: string): Specification | undefined {
  if (!store.findTable(name)) throw buildTableNotFoundError(name, true);
  return store.db.getSync(PREFIX + name) as Specification | undefined;
}

export async function updateTimeToLive(store: Store, input: Input): Promise<Output> {
  const name = input.TableName as string;
  const wanted = input.TimeToLiveSpecification as Specification;
  const present = readSpecification(store, name);
  if ((present?.Enabled ?? false) === wanted.Enabled) {
    throw buildValidationError(`TimeToLive is already ${wanted.Enabled ? 'enabled' : 'disabled'}`);
  }
  await store.runExclusively(async view => view.write(PREFIX + name, wanted));
  return { TimeToLiveSpecification: wanted };
}

export function describeTimeToLive(store: Store, input: Input): Output {
  const present = readSpecification(store, input.TableName as string);
  return {
    TimeToLiveDescription: present?.Enabled
      ? { TimeToLiveStatus: 'ENABLED', AttributeName: present.AttributeName }
      : { TimeToLiveStatus: 'DISABLED' },
  };
}
