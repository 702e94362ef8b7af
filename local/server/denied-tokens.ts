import { AUTHORIZER_ENV } from '../../src/contract';

type Environment = Readonly<Record<string, string | undefined>>;

/** The rule that a token broke, by the word of the authorizer's log line. Values are settings, never the token's. */
const RULES: Readonly<Record<string, (environment: Environment) => string>> = {
  'issuer': environment => `its iss must be ${environment[AUTHORIZER_ENV.ISSUER]}`,
  'audience': environment => `its aud must name one of ${list(environment[AUTHORIZER_ENV.AUDIENCE])}`,
  'unknown key': environment => `its key must be in the key set of ${environment[AUTHORIZER_ENV.ISSUER]}; `
    + "a token of `npm run token` needs the server's --data",
  'signature': () => 'its signature must be of the key that it names',
  'expired': () => 'its exp is over',
  'not yet valid': () => 'its nbf is to come',
  'no user': environment => `its ${environment[AUTHORIZER_ENV.USER_CLAIM]} must be a user id`,
  'malformed': () => 'the header must be Bearer and one JWT',
  'scope': environment => `its scope must have ${list(environment[AUTHORIZER_ENV.REQUIRED_SCOPES])}`,
};

/** The message of the authorizer's log line about a decision. */
export const DECISION = 'authorization decided';

/** A sentence about a decision of the authorizer. Undefined if it allowed the request. */
export function describeDenial(
  { effect, fault }: Readonly<Record<string, unknown>>, environment: Environment = process.env,
): string | undefined {
  if (effect === 'allow') return undefined;
  const [status, word] = effect === 'deny' ? [403, 'scope'] : [401, String(fault)];
  const rule = RULES[word]?.(environment);
  return `denied a token (${status}, ${word})${rule === undefined ? '' : `: ${rule}`}`;
}

function list(value = '[]'): string {
  return (JSON.parse(value) as string[]).join(', ');
}
