import { readEnvironmentCredentials } from './environment-credentials';

/** All attempts of a call together must end well before API Gateway's 29 seconds. */
export const CLIENT_OPTIONS = {
  credentials: readEnvironmentCredentials,
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 2000, requestTimeout: 4000, throwOnRequestTimeout: true },
};
