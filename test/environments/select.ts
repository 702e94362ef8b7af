import type { CreateEnvironment } from './environment';
import { createInProcessEnvironment } from './in-process';
import { createLocalServerEnvironment } from './local-server';

const ENVIRONMENTS: Record<string, CreateEnvironment> = {
  'in-process': createInProcessEnvironment,
  'local-server': createLocalServerEnvironment,
};

/** The environment in `ACCEPTANCE_ENVIRONMENT`, for tests that need only one. Default: the one that starts fastest. */
export const createEnvironment: CreateEnvironment = options => {
  const name = process.env.ACCEPTANCE_ENVIRONMENT ?? 'in-process';
  if (!Object.hasOwn(ENVIRONMENTS, name)) {
    throw new Error(`ACCEPTANCE_ENVIRONMENT must be one of ${Object.keys(ENVIRONMENTS).join(', ')}, got: ${name}`);
  }
  return ENVIRONMENTS[name](options);
};
