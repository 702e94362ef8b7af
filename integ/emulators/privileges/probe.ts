import { readOutcome, type Attempt } from './attempt';
import type { Client } from '../../../test/acceptance/support/client';
import type { Handler } from '../functions';

/** One thing that the service does, and every grant that it needs for it, by name. */
export interface Probe {
  readonly name: string;
  readonly handler: Handler;
  readonly needs: readonly string[];
  /** Whether one attempt leaves what the next can start from. */
  readonly isRepeatable?: true;
  /** Storage answers its requests to the client itself: no function sees that it is refused, so none can log it. */
  readonly isSeenByClients?: true;
  /** Where it fails, the client hears nothing of that: the sweeper does it again. */
  readonly isLeftToSweeper?: true;
  /** Done while all is granted: whatever the attempt starts from. */
  prepare(client: Client): Promise<Attempt>;
}

export type ProbeOf = Omit<Probe, 'handler'>;

export const PNG = { content_type: 'image/png', size: 1 };

/** Where one action is granted for originals and for variants. */
export const ORIGINALS = 'originals/*';
export const VARIANTS = 'variants/*';

/** As `Client.call`, which would take a 5xx for a failed test. */
export function ask(client: Client, method: string, target: string, json?: unknown): Attempt {
  const headers = [['x-user-id', client.user], ...(json === undefined ? [] : [['content-type', 'application/json']])] as [string, string][];
  const body = json === undefined ? undefined : Buffer.from(JSON.stringify(json));
  return async () => readOutcome(await client.environment.send({ method, target, headers, body }));
}
