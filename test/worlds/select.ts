import { inProcessWorld } from './in-process';
import { localServerWorld } from './local-server';
import type { OpenWorld } from './world';

const WORLDS: Record<string, OpenWorld> = { 'in-process': inProcessWorld, 'local-server': localServerWorld };

/** The world that `ACCEPTANCE_WORLD` names, for tests that need one and not all: by default the one that starts fastest. */
export const openWorld: OpenWorld = options => {
  const name = process.env.ACCEPTANCE_WORLD ?? 'in-process';
  if (!Object.hasOwn(WORLDS, name)) throw new Error(`ACCEPTANCE_WORLD must be one of ${Object.keys(WORLDS).join(', ')}, got: ${name}`);
  return WORLDS[name](options);
};
