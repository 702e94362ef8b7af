import { readOutcome, type Attempt } from './attempt';
import type { Client } from '../../../test/acceptance/support/client';
import type { Handler } from '../functions';

/** One action of the service, with every grant that it needs, by name. */
export interface Probe {
  readonly name: string;
  readonly handler: Handler;
  readonly needs: readonly string[];
  /** True if an attempt leaves a state from which the next one can start. */
  readonly isRepeatable?: true;
  /** Storage denies the client's request directly: functions do not see the denial, so they cannot log it. */
  readonly isSeenByClients?: true;
  /** The client does not see this failure: the sweeper repeats the work. */
  readonly isLeftToSweeper?: true;
  /** Prepares the attempt's starting state while all actions are granted. */
  prepare(client: Client): Promise<Attempt>;
}

export type ProbeOf = Omit<Probe, 'handler'>;

export const PNG = { content_type: 'image/png', size: 1 };

/** For one action that is granted separately for originals and for variants. */
export const ORIGINALS = 'originals/*';
export const VARIANTS = 'variants/*';

/** Like `Client.call`, which would fail the test on a 5xx. */
export function ask(client: Client, method: string, target: string, json?: unknown): Attempt {
  const headers = [['x-user-id', client.user], ...(json === undefined
    ? []
    : [['content-type', 'application/json']])] as [string, string][];
  const body = json === undefined ? undefined : Buffer.from(JSON.stringify(json));
  return async () => readOutcome(await client.environment.send({ method, target, headers, body }));
}
