import type { Options } from './options';

/** Settings of every client of the SDK. */
export interface Connection {
  readonly region?: string;
  readonly endpoint?: string;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** AWS, an emulator or the local server, as the options and the environment say. */
export function readConnection({ region, endpoint, profile }: Options): Connection {
  if (profile !== undefined) process.env.AWS_PROFILE = profile;
  // The SDK would warn about Node 20 at each start.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
  return {
    region: region ?? (endpoint === undefined ? undefined : process.env.AWS_REGION ?? 'us-east-1'),
    endpoint,
    credentials: endpoint === undefined || hasCredentials(profile)
      ? undefined
      : { accessKeyId: 'test', secretAccessKey: 'test' },
  };
}

/** Emulators and the local server accept any credentials. */
function hasCredentials(profile: string | undefined): boolean {
  return profile !== undefined || Boolean(process.env.AWS_PROFILE) || Boolean(process.env.AWS_ACCESS_KEY_ID);
}

/** The fix for an error of any call; undefined if its text has to do. */
export function explainError({ name, code, message }: Error & { code?: string }): string | undefined {
  switch (name) {
    case 'CredentialsProviderError': return `no credentials found: sign in, set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or pass --profile. ${message}`;
    case 'ExpiredToken':
    case 'ExpiredTokenException':
    case 'InvalidClientTokenId':
    case 'UnrecognizedClientException': return `the credentials are invalid or expired: sign in again. ${message}`;
  }
  if (message === 'Region is missing') return 'no region is set: pass --region, or set AWS_REGION';
  return code === 'ECONNREFUSED' ? `no answer from the endpoint: ${message || code}; check --endpoint` : undefined;
}
