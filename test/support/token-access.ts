import { createHmac } from 'node:crypto';
import { createKey, encodePart, type Issuer, signToken } from './issuer';
import { AUTHORIZER_ENV } from '../../src/contract';
import { type CallOptions, Client } from '../acceptance/support/client';
import type { Reply } from '../acceptance/support/reply';
import type { TestEnvironment } from '../environments/environment';

export const KEY = createKey('RS256');

export const SCOPES = { REQUIRED: 'images/use', TRUSTED: 'images/act' } as const;
export const TRUSTED_CLIENT = 'backend';

/** Settings of the authorizer for the tokens below. */
export function buildTokenSettings(issuer: string): Record<string, string> {
  return {
    [AUTHORIZER_ENV.KIND]: 'oidc',
    [AUTHORIZER_ENV.ISSUER]: issuer,
    [AUTHORIZER_ENV.JWKS_URI]: '',
    [AUTHORIZER_ENV.AUDIENCE]: '["app"]',
    [AUTHORIZER_ENV.USER_CLAIM]: 'sub',
    [AUTHORIZER_ENV.GROUPS_CLAIM]: 'groups',
    [AUTHORIZER_ENV.TENANT_CLAIM]: '',
    [AUTHORIZER_ENV.REQUIRED_SCOPES]: JSON.stringify([SCOPES.REQUIRED]),
    [AUTHORIZER_ENV.TRUSTED_SCOPE]: SCOPES.TRUSTED,
    [AUTHORIZER_ENV.TRUSTED_CLIENTS]: JSON.stringify([TRUSTED_CLIENT]),
  };
}

/** Makes tokens of one issuer, and all kinds that are no valid ones. */
export class TokenMaker {
  constructor(private readonly issuer: Issuer) {}

  /** Claims of a user with the required scope. Undefined claims are absent. */
  claims(sub: string | undefined, more: object = {}): Record<string, unknown> {
    const now = Math.floor(Date.now() / 1000);
    return { iss: this.issuer.url, aud: 'app', sub, scope: SCOPES.REQUIRED, azp: 'web', iat: now, exp: now + 3600, ...more };
  }

  user(sub: string, more: object = {}): string {
    return signToken(KEY, this.claims(sub, more));
  }

  /** A backend's token, which names nobody. */
  trusted(more: object = {}): string {
    return signToken(KEY, this.claims(undefined, { scope: Object.values(SCOPES).join(' '), azp: TRUSTED_CLIENT, ...more }));
  }

  unsigned(sub: string): string {
    return `${encodePart({ alg: 'none', typ: 'JWT', kid: KEY.jwk.kid })}.${encodePart(this.claims(sub))}.`;
  }

  /** The public key, which everybody has, as the secret of an HMAC. */
  hmac(sub: string): string {
    const input = `${encodePart({ alg: 'HS256', typ: 'JWT', kid: KEY.jwk.kid })}.${encodePart(this.claims(sub))}`;
    const secret = KEY.publicKey.export({ type: 'spki', format: 'pem' });
    return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
  }

  unknownKey(sub: string, kid = 'unknown'): string {
    return signToken(KEY, this.claims(sub), { header: { kid } });
  }
}

type Headers = readonly (readonly [string, string])[];

/** A client that sends a token instead of the trusted headers. */
export class TokenClient extends Client {
  constructor(environment: TestEnvironment, user: string, private readonly headers: Headers) {
    super(environment, user);
  }

  override async call(method: string, target: string, options: CallOptions = {}): Promise<Reply> {
    const given = options.headers ?? [];
    const headers = [...this.headers, ...Symbol.iterator in given ? given : Object.entries(given)];
    return super.call(method, target, { ...options, user: null, headers });
  }
}
