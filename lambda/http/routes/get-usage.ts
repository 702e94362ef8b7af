import { respondJson } from '../messages';
import type { RouteHandler } from '../route';

/** No quotas yet: nothing is counted or limited. */
export const getUsageRoute: RouteHandler = async ({ faults }) => {
  faults.throwIfAny();
  const uncounted = { used: null, limit: null };
  return respondJson(200, { images: uncounted, bytes: uncounted });
};
