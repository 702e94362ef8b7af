import type { RequestListener } from 'node:http';
import { JWKS_PATH, serveIssuer } from './development-issuer';
import { readIssuerKey } from './issuer-key';
import { writeIssuerUrl } from './issuer-url';
import { buildTokenEnvironment, type TokenSettings } from './token-settings';

/** How the server learns the caller in `jwt` mode. */
export interface TokenAccess {
  /** Environment variables of the functions. */
  readonly environment: Readonly<Record<string, string>>;
  /** Serves the development issuer before other requests. Returns `otherwise` if another issuer makes the tokens. */
  serve(otherwise: RequestListener): RequestListener;
}

export interface Issuing {
  /** URL of the server. */
  readonly url: string;
  readonly port: number;
  /** Whether requests to 127.0.0.1 reach the server. */
  readonly isOnLoopback: boolean;
  /** Absent with an emulator. */
  readonly files?: { readonly key: string; readonly url: string };
}

export function openTokenAccess(settings: TokenSettings, issuing: Issuing): TokenAccess {
  const { issuer, jwksUri } = settings;
  if (issuer === undefined) return openDevelopmentAccess(settings, issuing);
  return { environment: buildTokenEnvironment(settings, { issuer, jwksUri }), serve: otherwise => otherwise };
}

function openDevelopmentAccess(settings: TokenSettings, { url, port, isOnLoopback, files }: Issuing): TokenAccess {
  if (!files) throw new Error('an issuer must be given if the backend has no data folder for a key');
  // The authorizer reads keys over plain HTTP from this machine only.
  if (!isOnLoopback) {
    throw new Error(`--host must be 127.0.0.1, 0.0.0.0 or :: if the server issues tokens itself, got an address of ${url}; `
      + 'choose one of them, or add --issuer');
  }
  const key = readIssuerKey(files.key);
  writeIssuerUrl(files.url, url);
  return {
    // The name localhost may have another address first.
    environment: buildTokenEnvironment(settings, { issuer: url, jwksUri: `http://127.0.0.1:${port}${JWKS_PATH}` }),
    serve: otherwise => serveIssuer(url, key, otherwise),
  };
}
