import { ServiceError } from '../errors';

/** Why a token is not valid. Log lines have these words, and no text of a token. */
export type TokenFault =
  | 'no token' | 'several tokens' | 'too long' | 'malformed' | 'no exp' | 'expired' | 'not yet valid' | 'algorithm'
  | 'crit' | 'no kid' | 'unknown key' | 'other key' | 'signature' | 'issuer' | 'audience' | 'claim type' | 'no user'
  | 'no tenant';

/** The token is not valid: the client gets 401. */
export class TokenError extends Error {
  constructor(readonly fault: TokenFault) {
    super(fault);
    this.name = 'TokenError';
  }
}

/** No key set is known, so no token can be verified: the client gets 503. */
export class KeysUnavailable extends ServiceError {
  constructor(options?: ErrorOptions) {
    super('no key set of the issuer is known: its address could not be read', options);
    this.name = 'KeysUnavailable';
  }
}
