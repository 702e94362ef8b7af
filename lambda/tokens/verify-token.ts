import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import {
  JwkValidationError, JwtExpiredError, JwtInvalidAudienceError, JwtInvalidIssuerError, JwtInvalidSignatureError,
  JwtNotBeforeError,
} from 'aws-jwt-verify/error';
import { decomposeUnverifiedJwt } from 'aws-jwt-verify/jwt';
import { verifyJwtSync } from 'aws-jwt-verify/jwt-verifier';
import { CLOCK_TOLERANCE_SECONDS, PRINCIPAL_LIMITS } from '../../src/contract';
import type { Claims, KeySet, PublicKey, TokenRules, VerifyToken } from '../domain/token/ports';
import { TokenError, type TokenFault } from '../domain/token/token-error';

/** RFC 7518, section 3.1, and RFC 8037. The library does not compare the algorithm with the kind of the key. */
const ALGORITHMS: Readonly<Record<string, { readonly kty: string; readonly crv?: readonly string[] }>> = {
  RS256: { kty: 'RSA' },
  RS384: { kty: 'RSA' },
  RS512: { kty: 'RSA' },
  ES256: { kty: 'EC', crv: ['P-256'] },
  ES384: { kty: 'EC', crv: ['P-384'] },
  ES512: { kty: 'EC', crv: ['P-521'] },
  EdDSA: { kty: 'OKP', crv: ['Ed25519', 'Ed448'] },
};

/** RFC 7515, section 7.1, without padding. */
const FORM = /^[\w-]+\.[\w-]+\.[\w-]+$/;

type Checked = Pick<TokenRules, 'kind' | 'issuer' | 'audience'>;

/** The checks that aws-jwt-verify does not make (decisions/0017-access-tokens.md) stand around those that it does. */
export function createTokenVerifier(rules: Checked, keys: KeySet): VerifyToken {
  return async token => {
    const { alg, kid } = readHeader(token);
    const found = await keys.find(kid);
    if (found.length === 0) throw new TokenError('unknown key');
    const key = found.find(candidate => canVerify(candidate, alg));
    if (key === undefined) throw new TokenError('other key');
    const claims = verify(token, key, rules);
    if (rules.kind === 'cognito') checkCognitoClient(claims, rules.audience);
    return claims;
  };
}

/** The header is not verified yet: it only chooses the key. */
function readHeader(token: string): { alg: string; kid: string } {
  if (token.length > PRINCIPAL_LIMITS.TOKEN_BYTES) throw new TokenError('too long');
  if (!FORM.test(token)) throw new TokenError('malformed');
  const { header, payload } = translateErrors(() => decomposeUnverifiedJwt(token));
  const { alg, kid } = header;
  if (alg === undefined || !Object.hasOwn(ALGORITHMS, alg)) throw new TokenError('algorithm');
  // RFC 7515, section 4.1.11: this service understands no extension.
  if ('crit' in header) throw new TokenError('crit');
  if (!kid) throw new TokenError('no kid');
  if (payload.exp === undefined) throw new TokenError('no exp');
  return { alg, kid };
}

/** RFC 7517, sections 4.2 and 4.4. */
function canVerify({ kty, crv = '', use = 'sig', alg: only }: PublicKey, alg: string): boolean {
  const demanded = ALGORITHMS[alg];
  return kty === demanded.kty && (demanded.crv?.includes(crv) ?? true) && use === 'sig' && (only ?? alg) === alg;
}

/** Keys as Node has them. They belong to one read of the key set, so a replaced key is never used again. */
const NODE_KEYS = new WeakMap<PublicKey, KeyObject>();

function verify(token: string, key: PublicKey, { kind, issuer, audience }: Checked): Claims {
  const options = {
    issuer: kind === 'cognito' ? listCognitoIssuers(issuer) : issuer,
    audience: kind === 'cognito' ? null : [...audience],
    graceSeconds: CLOCK_TOLERANCE_SECONDS,
  };
  return translateErrors(() => verifyJwtSync(token, key as never, options, () => importKey(key)));
}

/**
 * A pool of the type `UPDATED` names itself by another host. Its keys are the same
 * (https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_IssuerConfigurationType.html).
 */
function listCognitoIssuers(issuer: string): string[] {
  return [issuer, issuer.replace(/^https:\/\/cognito-idp\./, 'https://issuer-cognito-idp.')];
}

const MIN_RSA_BITS = 2048;

function importKey(key: PublicKey): KeyObject {
  const known = NODE_KEYS.get(key);
  if (known !== undefined) return known;
  try {
    const imported = createPublicKey({ key: key as JsonWebKey, format: 'jwk' });
    // RFC 7518, section 3.3.
    if ((imported.asymmetricKeyDetails?.modulusLength ?? MIN_RSA_BITS) < MIN_RSA_BITS) throw new TokenError('other key');
    NODE_KEYS.set(key, imported);
    return imported;
  } catch {
    throw new TokenError('other key');
  }
}

/**
 * Access tokens of Cognito name their client in `client_id`, ID tokens in `aud`
 * (https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-tokens-verifying-a-jwt.html).
 */
function checkCognitoClient({ token_use: use, client_id, aud }: Claims, clients: readonly string[]): void {
  if (use !== 'access' && use !== 'id') throw new TokenError('claim type');
  if (!clients.includes((use === 'access' ? client_id : aud) as string)) throw new TokenError('audience');
}

const FAULTS: readonly [new (...args: never[]) => Error, TokenFault][] = [
  [JwtExpiredError, 'expired'],
  [JwtNotBeforeError, 'not yet valid'],
  [JwtInvalidIssuerError, 'issuer'],
  [JwtInvalidAudienceError, 'audience'],
  [JwtInvalidSignatureError, 'signature'],
  // A key of the set that lacks a member.
  [JwkValidationError, 'other key'],
];

/** The library's messages hold text of the token, so only their kind goes on. */
function translateErrors<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof TokenError) throw error;
    throw new TokenError(FAULTS.find(([kind]) => error instanceof kind)?.[1] ?? 'malformed');
  }
}
