import type { KeySet, PublicKey } from '../domain/token/ports';
import { KeysUnavailable } from '../domain/token/token-error';

/** An issuer is asked at most once in this time, so that made-up key ids cannot overload it. */
const PAUSE_MS = 30_000;
/** Age at which a key set in use is read again: a key that the issuer has withdrawn is then refused. */
const REFRESH_MS = 5 * 60_000;

export interface KeySetOptions {
  readonly load: () => Promise<readonly PublicKey[]>;
  /** Epoch milliseconds. Ages are computed from it and not by timers, which stop while Lambda freezes a function. */
  readonly now: () => number;
  readonly onFailure: (error: unknown) => void;
}

/** Keeps an issuer's keys. While they cannot be read, the known ones stay valid. */
export function createKeySet({ load, now, onFailure }: KeySetOptions): KeySet {
  let keys: readonly PublicKey[] | undefined;
  let [triedAt, readAt] = [-Infinity, -Infinity];
  let failure: unknown;
  let loading: Promise<void> | undefined;

  const refresh = async () => {
    triedAt = now();
    try {
      keys = await load();
      readAt = triedAt;
    } catch (error) {
      failure = error;
      onFailure(error);
    } finally {
      loading = undefined;
    }
  };

  return {
    find: async kid => {
      const findKnown = () => keys?.filter(key => key.kid === kid) ?? [];
      const known = findKnown();
      // A request with a known key waits for its own read only, and not for another's.
      const isWaiting = known.length === 0 && loading !== undefined;
      const isDue = known.length === 0 || !isYounger(now() - readAt, REFRESH_MS);
      if (isWaiting) await loading;
      else if (isDue && loading === undefined && !isYounger(now() - triedAt, PAUSE_MS)) await (loading = refresh());
      if (keys === undefined) throw new KeysUnavailable({ cause: failure });
      return findKnown();
    },
  };
}

/** A clock that was set back must not stop the reading of keys. */
function isYounger(age: number, limit: number): boolean {
  return age >= 0 && age < limit;
}
