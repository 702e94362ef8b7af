import type { TokenAccessOptions } from './access-options';
import type { TokenKind } from '../contract';

/** How the authorizer verifies tokens. All options are set. */
export interface TokenSettings {
  readonly kind: TokenKind;
  readonly issuer: string;
  /** Empty: the issuer's discovery document names it. */
  readonly jwksUri: string;
  readonly audience: readonly string[];
  readonly userClaim: string;
  readonly groupsClaim: string;
  readonly requiredScopes: readonly string[];
  /** Empty: no token is trusted. */
  readonly trustedScope: string;
  readonly trustedClients: readonly string[];
}

/** The claim that holds the groups unless configured. */
export const GROUPS_CLAIMS: Readonly<Record<TokenKind, string>> = { oidc: 'groups', cognito: 'cognito:groups' };

type ClaimSettings = Pick<TokenSettings, 'userClaim' | 'groupsClaim' | 'requiredScopes' | 'trustedScope'>;

/** Sets the defaults that all issuers share. */
export function completeClaims(options: TokenAccessOptions, groupsClaim: string): ClaimSettings {
  return {
    userClaim: options.userClaim ?? 'sub',
    groupsClaim: options.groupsClaim ?? groupsClaim,
    requiredScopes: [...options.requiredScopes ?? []],
    trustedScope: options.trustedScope ?? '',
  };
}
