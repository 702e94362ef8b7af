import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { APIGatewayProxyEvent } from 'aws-lambda';
import { bundleScript, OUT, ROOT } from './support/bundles';
import { requireAtMost, type Benchmark, type Figure, buildFigure } from './support/figures';
import { computeMedian, showProgress } from './support/rounds';
import { sample } from './support/samples';
import { createAuthorizer } from '../local/server/authorizer';

/** CPU of the import above that of an empty function (microseconds). */
const GOAL = 30_000;
const IMPORT_ROUNDS = 31;
const DECISION_ROUNDS = 5;

/** Settings of the authorizer; the sampler sets the issuer. */
const SETTINGS = {
  POWERTOOLS_LOG_LEVEL: 'INFO',
  TOKEN_KIND: 'oidc',
  TOKEN_ISSUER: 'https://issuer.example',
  TOKEN_AUDIENCE: '["app"]',
  TOKEN_USER_CLAIM: 'sub',
  TOKEN_GROUPS_CLAIM: 'groups',
  TOKEN_REQUIRED_SCOPES: '[]',
  TOKEN_TRUSTED_CLIENTS: '[]',
};

function writeEmptyFunction(): string {
  mkdirSync(OUT, { recursive: true });
  const file = join(OUT, 'empty-function.js');
  writeFileSync(file, 'exports.handler = async () => ({});\n');
  return file;
}

/** The median of the differences of each round, in which both are measured in turn. */
async function measureImport(sampler: string, ours: string): Promise<number> {
  const empty = writeEmptyFunction();
  const differences: number[] = [];
  for (let round = 0; round < IMPORT_ROUNDS; round++) {
    differences.push(await sample(sampler, ours, SETTINGS) - await sample(sampler, empty));
    showProgress();
  }
  return computeMedian(differences);
}

async function measureDecision(sampler: string, ours: string, algorithm: string): Promise<number> {
  const micros: number[] = [];
  for (let round = 0; round < DECISION_ROUNDS; round++) {
    micros.push(await sample(sampler, ours, { ...SETTINGS, TOKEN_ALGORITHM: algorithm }));
    showProgress();
  }
  return computeMedian(micros);
}

/** Calls for 1,000 requests with one token. The local gateway keeps results by the token, as API Gateway does. */
async function countCalls(): Promise<number> {
  let calls = 0;
  const authorizer = createAuthorizer(async ({ methodArn }) => {
    calls++;
    const Statement = [{ Action: 'execute-api:Invoke', Effect: 'Allow' as const, Resource: methodArn.replace(/GET.*/, '*') }];
    return { principalId: 'alice', policyDocument: { Version: '2012-10-17', Statement } };
  });
  const event = { httpMethod: 'GET', path: '/images', resource: '/images', headers: { authorization: 'Bearer a.b.c' } };
  for (let i = 0; i < 1000; i++) {
    const decision = await authorizer(event as unknown as APIGatewayProxyEvent);
    if (!decision || 'problem' in decision) throw new Error('a request must be allowed, got: a denial');
  }
  return calls;
}

async function run(): Promise<Figure[]> {
  const ours = join(ROOT, 'assets', 'authorizer', 'index.js');
  const imports = await bundleScript('import-sample', 'benchmarks/support/samplers/import-sample.ts');
  const decisions = await bundleScript('decision-sample', 'benchmarks/support/samplers/decision-sample.ts');
  const formatMilliseconds = (micros: number) => `${(micros / 1000).toFixed(1)} ms CPU`;
  return [
    requireAtMost('cold import above an empty function', await measureImport(imports, ours), GOAL, formatMilliseconds),
    requireAtMost('calls for 1,000 requests with one token', await countCalls(), 1, String),
    ...await Promise.all(['RS256', 'ES256'].map(async algorithm => buildFigure(
      `warm decision on a new token, ${algorithm}`, `${(await measureDecision(decisions, ours, algorithm)).toFixed(0)} µs CPU`,
    ))),
  ];
}

export const benchmark: Benchmark = {
  about: 'CPU of the authorizer: its cold import, and a decision once it is warm',
  needs: ['handlers'],
  run,
};
