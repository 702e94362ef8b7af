import type { CreateEnvironment } from './environment';
import { createInProcessEnvironment } from './in-process';
import { createLocalServerEnvironment } from './local-server';

const ENVIRONMENTS: Record<string, CreateEnvironment> = { 'in-process': createInProcessEnvironment, 'local-server': createLocalServerEnvironment };

/** The environment that `ACCEPTANCE_ENVIRONMENT` names, for tests that need one and not all: by default the one that starts fastest. */
export const createEnvironment: CreateEnvironment = options => {
  const name = process.env.ACCEPTANCE_ENVIRONMENT ?? 'in-process';
  if (!Object.hasOwn(ENVIRONMENTS, name)) throw new Error(`ACCEPTANCE_ENVIRONMENT must be one of ${Object.keys(ENVIRONMENTS).join(', ')}, got: ${name}`);
  return ENVIRONMENTS[name](options);
};
