/** Lambda passes a function its role in the environment, and renews the credentials by a new environment. */
export async function readEnvironmentCredentials() {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = process.env;
  if (!AWS_ACCESS_KEY_ID || !AWS_SECRET_ACCESS_KEY) {
    throw new Error('AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY must be set; Lambda sets them, elsewhere set them yourself');
  }
  return { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY, sessionToken: AWS_SESSION_TOKEN };
}

/** Replaces the SDK's own search for credentials in bundles (projenrc/bundle-handlers.ts). */
export const defaultProvider = () => readEnvironmentCredentials;
