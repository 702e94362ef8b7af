import { GetFunctionConfigurationCommand, LambdaClient, UpdateFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { mendGatewayAnswer } from './answers';
import { TOKEN_ISSUER, WITH_TOKENS } from './cdklocal';
import { buildClientOptions, findApiUrl, findPhysicalId, readDeployment } from './deployment';
import { AUTHORIZER_ENV, PRINCIPAL_HEADERS } from '../../src/contract';
import type { TestEnvironment, WireRequest } from '../../test/environments/environment';
import { closeConnections, exchange, splitUrl } from '../../test/environments/http';
import { createKey, type Issuer, signToken, startIssuer } from '../../test/support/issuer';

const KEY = createKey('ES256');

/** Claims of a token that the deployed service accepts, for one user or for a backend. */
export function buildClaims(more: object): object {
  const iat = Math.floor(Date.now() / 1000);
  return { iss: TOKEN_ISSUER, aud: WITH_TOKENS.audience, scope: 'images/use', iat, exp: iat + 600, ...more };
}

export function mintToken(more: object): string {
  return signToken(KEY, buildClaims(more));
}

export const TRUSTED_TOKEN = mintToken({ scope: 'images/use images/trusted', client_id: 'backend' });

/**
 * Serves the issuer's keys on this machine, and tells the deployed authorizer so. The construct takes no issuer without
 * TLS, so the variable is changed after the deployment.
 */
export async function serveKeys(): Promise<Issuer> {
  const issuer = await startIssuer([KEY]);
  const stack = readDeployment();
  const client = new LambdaClient(buildClientOptions(stack));
  const FunctionName = findPhysicalId(stack, 'AWS::Lambda::Function', /Authorizer/);
  const { Environment } = await client.send(new GetFunctionConfigurationCommand({ FunctionName }));
  const Variables = { ...Environment!.Variables, [AUTHORIZER_ENV.JWKS_URI]: issuer.jwksUri };
  await client.send(new UpdateFunctionConfigurationCommand({ FunctionName, Environment: { Variables } }));
  return issuer;
}

/** Sends a request as it is, without a signature. */
export async function sendUnsigned(request: WireRequest): Promise<ReturnType<typeof mendGatewayAnswer>> {
  const { origin, target: base } = splitUrl(findApiUrl(readDeployment()));
  return mendGatewayAnswer(await exchange(origin, { ...request, target: `${base}${request.target}` }), request);
}

/**
 * The deployed service for the clients of the acceptance suite. A user whom a request names in headers sends a token
 * instead; a client that acts as the service sends a trusted token.
 */
export function createTokenEnvironment(): TestEnvironment {
  return {
    name: `deployed on ${readDeployment().emulator}, with tokens`,
    maxConcurrency: 24,
    start: async () => undefined,
    stop: async () => closeConnections(),
    send: async request => sendUnsigned({ ...request, headers: withToken(request.headers) }),
  };
}

type Headers = WireRequest['headers'];

function withToken(headers: Headers): Headers {
  if (headers.some(([name]) => name === PRINCIPAL_HEADERS.ACT_AS)) return [...headers, buildBearer(TRUSTED_TOKEN)];
  const find = (header: string) => headers.find(([name]) => name === header)?.[1];
  const others = headers.filter(([name]) => name !== PRINCIPAL_HEADERS.USER && name !== PRINCIPAL_HEADERS.GROUPS);
  const [sub, groups] = [find(PRINCIPAL_HEADERS.USER), find(PRINCIPAL_HEADERS.GROUPS)?.split(',')];
  return sub === undefined ? others : [...others, buildBearer(mintToken({ sub, groups }))];
}

export function buildBearer(token: string): readonly [string, string] {
  return ['authorization', `Bearer ${token}`];
}
