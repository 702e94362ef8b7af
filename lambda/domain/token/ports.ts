import type { TokenKind } from '../../../src/contract';

/** Claims of a token whose signature, issuer and times are valid. */
export type Claims = Readonly<Record<string, unknown>>;

/** A public key of the issuer (RFC 7517). */
export interface PublicKey {
  readonly kid: string;
  readonly kty: string;
  readonly alg?: string;
  readonly use?: string;
  readonly crv?: string;
  readonly [member: string]: unknown;
}

/** The issuer's keys. */
export interface KeySet {
  /** Keys with this id: none if the issuer has none. Throws `KeysUnavailable` while no key set is known. */
  find(kid: string): Promise<readonly PublicKey[]>;
}

/** Verifies a token's signature, issuer, audience and times. Throws `TokenError`. */
export type VerifyToken = (token: string) => Promise<Claims>;

/** What the service demands of a valid token, and reads from it. */
export interface TokenRules {
  readonly kind: TokenKind;
  readonly issuer: string;
  readonly audience: readonly string[];
  readonly userClaim: string;
  readonly groupsClaim: string;
  /** Absent if tenancy is off. */
  readonly tenantClaim?: string;
  readonly requiredScopes: readonly string[];
  /** Absent if no token is trusted. */
  readonly trustedScope?: string;
  readonly trustedClients: readonly string[];
}
