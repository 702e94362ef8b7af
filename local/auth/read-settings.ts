import { ANY_CLIENTS, DEVELOPMENT, DEVELOPMENT_SETTINGS, type TokenSettings } from './token-settings';

/** Lines of `npm start -- --help`. */
export const AUTH_HELP = `  --auth <mode>             iam: the API trusts the x-user-id header of every request (default). jwt: every request needs a token.
                            Without --issuer, \`npm run token\` makes tokens
  --issuer <url>            verify the tokens of this issuer instead. It must be https, or http on this machine
  --audience <name>         audience of the issuer's tokens; repeatable. Required with --issuer
  --jwks-uri <url>          key set of the issuer (default: its discovery document names it)
  --user-claim <name>       claim that names the user (default ${DEVELOPMENT.USER_CLAIM})
  --groups-claim <name>     claim that lists the groups (default ${DEVELOPMENT.GROUPS_CLAIM})
  --required-scope <scope>  scope that every token needs; repeatable (default none)
  --trusted-scope <scope>   scope that makes a token trusted: its bearer names the user in headers (default none; with tokens
                            of this server ${DEVELOPMENT.TRUSTED_SCOPE})
  --trusted-clients <ids>   clients whose tokens the scope makes trusted, divided by commas; repeatable (default with
                            --trusted-scope: every client; with tokens of this server ${DEVELOPMENT.TRUSTED_CLIENT})`;

export const AUTH_OPTIONS = {
  'auth': { type: 'string', default: 'iam' },
  'issuer': { type: 'string' },
  'audience': { type: 'string', multiple: true },
  'jwks-uri': { type: 'string' },
  'user-claim': { type: 'string' },
  'groups-claim': { type: 'string' },
  'required-scope': { type: 'string', multiple: true },
  'trusted-scope': { type: 'string' },
  'trusted-clients': { type: 'string', multiple: true },
} as const;

type Values = {
  [Name in keyof typeof AUTH_OPTIONS]?: typeof AUTH_OPTIONS[Name] extends { multiple: true } ? string[] : string
};

/** The parser's own error names no mode. */
export function checkAuthValue(args: readonly string[]): void {
  const at = args.indexOf('--auth');
  if (at !== -1 && (args[at + 1] ?? '--').startsWith('--')) throw new Error('--auth must be one of iam, jwt, got nothing');
}

/** Undefined in `iam` mode. An error names the option, the rule and the value. */
export function parseTokenSettings(values: Values): TokenSettings | undefined {
  if (values.auth !== 'iam' && values.auth !== 'jwt') {
    throw new Error(`--auth must be one of iam, jwt, got: ${values.auth}`);
  }
  forbidContradictions(values);
  return values.auth === 'iam' ? undefined : {
    ...values.issuer === undefined ? DEVELOPMENT_SETTINGS : parseIssuer(values),
    ...values['user-claim'] !== undefined && { userClaim: parseClaim('user-claim', values['user-claim']) },
    ...values['groups-claim'] !== undefined && { groupsClaim: parseClaim('groups-claim', values['groups-claim']) },
    ...values['required-scope'] && { requiredScopes: values['required-scope'].map(parseScope('required-scope')) },
    ...values['trusted-scope'] !== undefined && {
      trustedScope: parseScope('trusted-scope')(values['trusted-scope']),
      trustedClients: parseClients(values['trusted-clients']),
    },
  };
}

function forbidContradictions(values: Values): void {
  const given = (Object.keys(AUTH_OPTIONS) as (keyof Values)[]).filter(
    name => name !== 'auth' && values[name] !== undefined,
  );
  if (values.auth === 'iam' && given.length > 0) {
    throw new Error(`--${given[0]} must be given with --auth jwt only; add --auth jwt, or leave --${given[0]} out`);
  }
  for (const name of ['audience', 'jwks-uri'] as const) {
    if (values[name] !== undefined && values.issuer === undefined) {
      throw new Error(`--${name} must be given with --issuer only; add --issuer, or leave --${name} out`);
    }
  }
  if (values.issuer !== undefined && values.audience === undefined) {
    throw new Error('--issuer must be given with --audience: tokens for other services must not count; add --audience');
  }
  if (values['trusted-clients'] && values['trusted-scope'] === undefined) {
    throw new Error('--trusted-clients must be given with --trusted-scope only; add --trusted-scope');
  }
}

function parseIssuer(values: Values): TokenSettings {
  return {
    ...DEVELOPMENT_SETTINGS,
    issuer: parseIssuerUrl('issuer', values.issuer!),
    jwksUri: values['jwks-uri'] === undefined ? undefined : parseIssuerUrl('jwks-uri', values['jwks-uri']),
    audience: values.audience!.map(parseAudience),
    trustedScope: undefined,
    trustedClients: [],
  };
}

const LOOPBACK = ['127.0.0.1', 'localhost', '[::1]'];

/** Returns the URL as it is given: the claim `iss` is compared exactly. */
function parseIssuerUrl(option: string, value: string): string {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && LOOPBACK.includes(url.hostname));
  if (url && isSafe && url.username === '' && url.password === '') return value;
  throw new Error(`--${option} must be an https URL, or an http URL of this machine such as http://127.0.0.1:9000, got: ${value}`);
}

function parseAudience(value: string): string {
  if (value !== '') return value;
  throw new Error('--audience must name the audience of tokens, got an empty value');
}

function parseClaim(option: string, value: string): string {
  if (value !== '') return value;
  throw new Error(`--${option} must name a claim, got an empty value`);
}

/** RFC 6749, section 3.3. */
function parseScope(option: string): (value: string) => string {
  return value => {
    if (/^[\x21\x23-\x5b\x5d-\x7e]+$/.test(value)) return value;
    throw new Error(`--${option} must be one scope without blanks, such as images/use, got: ${value}`);
  };
}

function parseClients(values: readonly string[] | undefined): readonly string[] {
  if (!values) return ANY_CLIENTS;
  const clients = values.flatMap(value => value.split(','));
  if (!clients.includes('')) return clients;
  throw new Error(`--trusted-clients must be client ids divided by commas, got: ${values.join(' ')}`);
}
