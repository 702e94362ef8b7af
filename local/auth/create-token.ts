import { randomUUID, sign } from 'node:crypto';
import type { IssuerKey } from './issuer-key';
import { DEVELOPMENT } from './token-settings';

export interface TokenFacts {
  readonly issuer: string;
  /** Claim `sub`. Absent in a token of a backend. */
  readonly user?: string;
  readonly groups?: readonly string[];
  readonly scopes?: readonly string[];
  readonly client: string;
  readonly expiresInSeconds: number;
}

/** Signs a token of the development issuer: a JWT (RFC 7519) with ES256. */
export function createToken(key: IssuerKey, facts: TokenFacts, now = Date.now()): string {
  const seconds = Math.floor(now / 1000);
  return signClaims(key, {
    iss: facts.issuer,
    aud: DEVELOPMENT.AUDIENCE,
    azp: facts.client,
    iat: seconds,
    exp: seconds + facts.expiresInSeconds,
    jti: randomUUID(),
    ...facts.user !== undefined && { [DEVELOPMENT.USER_CLAIM]: facts.user },
    ...facts.groups?.length && { [DEVELOPMENT.GROUPS_CLAIM]: facts.groups },
    ...facts.scopes?.length && { scope: facts.scopes.join(' ') },
  });
}

export function signClaims({ kid, privateKey }: IssuerKey, claims: object): string {
  const input = `${encode({ alg: 'ES256', typ: 'JWT', kid })}.${encode(claims)}`;
  // RFC 7518, section 3.4: the two numbers of the signature side by side, not in DER.
  const signature = sign('sha256', Buffer.from(input), { key: privateKey, dsaEncoding: 'ieee-p1363' });
  return `${input}.${signature.toString('base64url')}`;
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
