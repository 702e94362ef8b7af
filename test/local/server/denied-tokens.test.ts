import { buildTokenEnvironment, DEVELOPMENT_SETTINGS } from '../../../local/auth/token-settings';
import { describeDenial } from '../../../local/server/denied-tokens';

const ENVIRONMENT = buildTokenEnvironment(
  { ...DEVELOPMENT_SETTINGS, requiredScopes: ['images/use', 'images/more'] }, { issuer: 'http://localhost:8080' },
);

test.each([
  ['issuer', '(401, issuer): its iss must be http://localhost:8080'],
  ['audience', '(401, audience): its aud must name one of cdk-image-service'],
  ['unknown key', '(401, unknown key): its key must be in the key set of http://localhost:8080; '
    + "a token of `npm run token` needs the server's --data"],
  ['signature', '(401, signature): its signature must be of the key that it names'],
  ['expired', '(401, expired): its exp is over'],
  ['not yet valid', '(401, not yet valid): its nbf is to come'],
  ['no user', '(401, no user): its sub must be a user id'],
  ['malformed', '(401, malformed): the header must be Bearer and one JWT'],
  ['crit', '(401, crit)'],
])('names the rule that a token with the fault %s broke', (fault, words) => {
  expect(describeDenial({ effect: 'unauthenticated', fault }, ENVIRONMENT)).toBe(`denied a token ${words}`);
});

test('names the required scopes at a 403', () => {
  expect(describeDenial({ effect: 'deny' }, ENVIRONMENT)).toBe(
    'denied a token (403, scope): its scope must have images/use, images/more',
  );
});

test('is silent about an allowed request', () => {
  expect(describeDenial({ effect: 'allow' }, ENVIRONMENT)).toBeUndefined();
});
