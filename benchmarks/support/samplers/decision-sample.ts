import type { APIGatewayAuthorizerResult } from 'aws-lambda';
import { createKey, signToken, startIssuer } from '../../../test/support/issuer';
import { measureCpuMicros } from '../rounds';

type Handler = (event: object) => Promise<APIGatewayAuthorizerResult>;

const WARM_UP = 500;
const DECISIONS = 1000;

/**
 * Runs in a fresh process and prints the CPU time of one decision by the authorizer in the file named by the argument,
 * once it is warm. Its tokens differ, since API Gateway asks once for each. The issuer may be read once.
 */
async function main(file: string): Promise<void> {
  const key = createKey(process.env.TOKEN_ALGORITHM ?? 'RS256');
  const issuer = await startIssuer([key]);
  process.env.TOKEN_ISSUER = issuer.url;
  process.env.TOKEN_JWKS_URI = issuer.jwksUri;
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- the handler is a file of CommonJS, as on Lambda
  const { handler } = require(file) as { handler: Handler };
  const exp = Math.floor(Date.now() / 1000) + 3600;
  const events = Array.from({ length: WARM_UP + DECISIONS }, (_, i) => buildEvent(
    signToken(key, { iss: issuer.url, aud: 'app', sub: `user-${i}`, groups: ['editors'], exp }),
  ));
  for (const event of events.slice(0, WARM_UP)) await decide(handler, event);
  const micros = await measureCpuMicros(async () => {
    for (const event of events.slice(WARM_UP)) await decide(handler, event);
  });
  if (issuer.fetches() !== 1) throw new Error(`the keys must be read once, got: ${issuer.fetches()} times`);
  process.stderr.write(JSON.stringify({ micros: micros / DECISIONS }));
  process.exit();
}

async function decide(handler: Handler, event: object): Promise<void> {
  const { policyDocument } = await handler(event);
  if (policyDocument.Statement[0].Effect !== 'Allow') throw new Error('a decision must allow a valid token, got: Deny');
}

function buildEvent(token: string): object {
  return {
    type: 'REQUEST',
    methodArn: 'arn:aws:execute-api:us-east-1:000000000000:abcdef1234/prod/GET/images',
    resource: '/images',
    path: '/images',
    httpMethod: 'GET',
    multiValueHeaders: { Authorization: [`Bearer ${token}`] },
    requestContext: { requestId: '0f1e2d3c' },
  };
}

void main(process.argv[2]);
