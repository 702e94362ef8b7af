import { type Environment, readEnum, readRequired } from './environment';
import { AUTHORIZER_ENV, TOKEN_KINDS } from '../../src/contract';
import type { TokenRules } from '../domain/token/ports';

export interface AuthorizerConfig extends TokenRules {
  /** Absent: the issuer's discovery document names it. */
  readonly jwksUri?: string;
}

export function readAuthorizerConfig(env: Environment): AuthorizerConfig {
  const readOptional = (name: string) => env[name] || undefined;
  return {
    kind: readEnum(env, AUTHORIZER_ENV.KIND, TOKEN_KINDS),
    issuer: readRequired(env, AUTHORIZER_ENV.ISSUER),
    jwksUri: readOptional(AUTHORIZER_ENV.JWKS_URI),
    audience: readTexts(env, AUTHORIZER_ENV.AUDIENCE),
    userClaim: readRequired(env, AUTHORIZER_ENV.USER_CLAIM),
    groupsClaim: readRequired(env, AUTHORIZER_ENV.GROUPS_CLAIM),
    tenantClaim: readOptional(AUTHORIZER_ENV.TENANT_CLAIM),
    requiredScopes: readTexts(env, AUTHORIZER_ENV.REQUIRED_SCOPES),
    trustedScope: readOptional(AUTHORIZER_ENV.TRUSTED_SCOPE),
    trustedClients: readTexts(env, AUTHORIZER_ENV.TRUSTED_CLIENTS),
  };
}

function readTexts(env: Environment, name: string): string[] {
  const text = readRequired(env, name);
  const list = parseJson(text);
  if (!Array.isArray(list) || list.some(item => typeof item !== 'string')) {
    throw new Error(`${name} must be a JSON array of strings, got: ${text}`);
  }
  return list as string[];
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
