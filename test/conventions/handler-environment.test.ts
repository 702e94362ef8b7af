import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './compiled';
import { readAuthorizerConfig } from '../../lambda/runtime/authorizer-config';
import { readRefreshConfig, readScanConfig } from '../../lambda/runtime/clamav-config';
import { readApiConfig, readSweeperConfig } from '../../lambda/runtime/config';
import { readOperatorConfig } from '../../lambda/runtime/operator-config';
import { readPublisherConfig } from '../../lambda/runtime/publisher-config';
import { readWorkerConfig } from '../../lambda/runtime/worker-config';
import { Delivery, Events, Processing, Scanner, Viewers } from '../../src';
import {
  API_ENV,
  AUTHORIZER_ENV,
  CLAMAV_ENV,
  COMMON_ENV,
  DELIVERY_ENV,
  EMULATOR_ENV,
  INVALIDATOR_ENV,
  OPERATOR_ENV,
  PUBLISHER_ENV,
  QUEUE_ENV,
  TRANSFORM_ENV,
  WORKER_ENV,
} from '../../src/contract';
import { ACCESSES } from '../construct/accesses';
import { synthesize, type PropsFor } from '../construct/synth';

type Environment = Record<string, string>;

/** Variables that Lambda or an emulator sets, not the construct. */
const PROVIDED = ['AWS_REGION', 'AWS_ENDPOINT_URL', 'AWS_ENDPOINT_URL_S3', ...Object.values(EMULATOR_ENV)];

const NONE = { processing: Processing.none() };
const PRESIGNED = { delivery: Delivery.presignedOnly() };
const ANYONE = { delivery: Delivery.cloudFront({ viewers: Viewers.anyone() }) };
const EVENTS = { events: Events.eventBridge() };
const TOKENS: PropsFor = stack => ({ access: ACCESSES['every option of tokens'](stack) });
const CLAMAV = { processing: Processing.queue({ scanner: Scanner.clamAv() }) };
const POWERTOOLS = pick(COMMON_ENV, 'LOG_LEVEL', 'SERVICE_NAME', 'METRICS_NAMESPACE');
const INVALIDATING = pick(DELIVERY_ENV, 'MODE', 'INVALIDATION_QUEUE_URL');

function pick<T extends Environment, K extends keyof T>(names: T, ...keys: K[]): Pick<T, K> {
  return Object.fromEntries(keys.map(key => [key, names[key]])) as Pick<T, K>;
}

const FUNCTIONS: { idPart: string; names: Environment; props?: PropsFor }[] = [
  // Two lifetimes have the same key in their tables.
  { idPart: 'ApiFunction', names: { ...COMMON_ENV, ...API_ENV, ...DELIVERY_ENV, UPLOAD_URL_TTL: COMMON_ENV.URL_TTL } },
  { idPart: 'ApiFunction', names: { ...COMMON_ENV, ...API_ENV, ...pick(DELIVERY_ENV, 'MODE') }, props: PRESIGNED },
  {
    idPart: 'ApiFunction',
    names: { ...COMMON_ENV, ...API_ENV, ...pick(DELIVERY_ENV, 'MODE', 'BASE_URL', 'INVALIDATION_QUEUE_URL') },
    props: ANYONE,
  },
  { idPart: 'ApiAuthorizer', names: { ...POWERTOOLS, ...AUTHORIZER_ENV }, props: TOKENS },
  { idPart: 'Sweeper', names: { ...COMMON_ENV, ...QUEUE_ENV, ...INVALIDATING } },
  { idPart: 'Sweeper', names: { ...COMMON_ENV, ...QUEUE_ENV, ...pick(DELIVERY_ENV, 'MODE') }, props: PRESIGNED },
  { idPart: 'Sweeper', names: { ...COMMON_ENV, ...pick(DELIVERY_ENV, 'MODE') }, props: NONE },
  { idPart: 'Transform', names: { ...POWERTOOLS, ...TRANSFORM_ENV } },
  { idPart: 'Invalidations', names: { ...POWERTOOLS, ...INVALIDATOR_ENV } },
  { idPart: 'Signing', names: POWERTOOLS },
  { idPart: 'Worker', names: { ...COMMON_ENV, ...QUEUE_ENV, ...WORKER_ENV, ...INVALIDATING } },
  {
    idPart: 'Worker',
    names: { ...COMMON_ENV, ...QUEUE_ENV, ...WORKER_ENV, ...pick(DELIVERY_ENV, 'MODE') },
    props: PRESIGNED,
  },
  { idPart: 'ImagesEvents', names: { ...POWERTOOLS, ...PUBLISHER_ENV }, props: EVENTS },
  { idPart: 'Operator', names: { ...COMMON_ENV, ...QUEUE_ENV, ...OPERATOR_ENV } },
  {
    idPart: 'ClamAvScan',
    names: { ...POWERTOOLS, ...pick(CLAMAV_ENV, 'BUCKET', 'DEFINITIONS_BUCKET', 'MAX_DEFINITIONS_AGE', 'MAX_SIZE') },
    props: CLAMAV,
  },
  {
    idPart: 'ClamAvRefresh',
    names: { ...POWERTOOLS, ...pick(CLAMAV_ENV, 'DEFINITIONS_BUCKET', 'MIRROR') },
    props: CLAMAV,
  },
];

test.each(FUNCTIONS)('$idPart is given exactly the environment of the contract', ({ idPart, names, props }) => {
  expect(Object.keys(readEnvironment(idPart, props)).sort()).toEqual([...new Set(Object.values(names))].sort());
});

const HANDLERS = [
  { handler: 'api', idPart: 'ApiFunction', readConfig: readApiConfig },
  { handler: 'authorizer', idPart: 'ApiAuthorizer', props: TOKENS, readConfig: readAuthorizerConfig },
  { handler: 'sweeper', idPart: 'Sweeper', readConfig: readSweeperConfig },
  { handler: 'worker', idPart: 'Worker', props: CLAMAV, readConfig: readWorkerConfig },
  { handler: 'operator', idPart: 'Operator', readConfig: readOperatorConfig },
  { handler: 'publisher', idPart: 'ImagesEvents', props: EVENTS, readConfig: readPublisherConfig },
  { handler: 'scan', idPart: 'ClamAvScan', props: CLAMAV, readConfig: readScanConfig },
  { handler: 'refresh', idPart: 'ClamAvRefresh', props: CLAMAV, readConfig: readRefreshConfig },
];

function readEnvironment(idPart: string, props?: PropsFor): Environment {
  const variables = synthesize(props).one(
    'AWS::Lambda::Function', idPart,
  ).Properties.Environment.Variables as Record<string, unknown>;
  return Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, resolveValue(value)]));
}

function resolveValue(value: unknown): string {
  if (typeof value === 'string') return value;
  const { 'Fn::Join': joined } = value as { 'Fn::Join'?: [string, unknown[]] };
  return joined ? joined[1].map(resolveValue).join(joined[0]) : 'known-at-deployment';
}

describe.each(HANDLERS)('the $handler handler', ({ handler, idPart, props, readConfig }) => {
  const written = readEnvironment(idPart, props);

  test('reads everything that it is given, and nothing else', () => {
    const read = new Set<string>();
    const environment = { ...written, AWS_REGION: 'eu-central-1' };
    readConfig(new Proxy<Environment>(environment, {
      get: (target, name: string) => {
        read.add(name);
        return target[name];
      },
    }));
    const bundle = readFileSync(join(ROOT, 'assets', handler, 'index.js'), 'utf8');
    const byPowertools = Object.keys(written).filter(name => name.startsWith('POWERTOOLS_') && bundle.includes(name));
    expect([...[...read].filter(name => !PROVIDED.includes(name)), ...byPowertools].sort()).toEqual(
      Object.keys(written).sort(),
    );
  });
});
