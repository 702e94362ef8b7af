import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './compiled';
import { readApiConfig, readCommonConfig } from '../../lambda/runtime/config';
import { API_ENV, COMMON_ENV, EMULATOR_ENV } from '../../src/contract';
import { synthesize } from '../construct/synth';

type Environment = Record<string, string>;

/** What Lambda or an emulator provides, not the construct. */
const PROVIDED = ['AWS_REGION', 'AWS_ENDPOINT_URL', 'AWS_ENDPOINT_URL_S3', ...Object.values(EMULATOR_ENV)];

const HANDLERS = [
  { handler: 'api', idPart: 'ApiFunction', names: { ...COMMON_ENV, ...API_ENV }, readConfig: readApiConfig },
  { handler: 'sweeper', idPart: 'Sweeper', names: COMMON_ENV, readConfig: readCommonConfig },
];

function writtenFor(idPart: string): Environment {
  const variables = synthesize().one('AWS::Lambda::Function', idPart).Properties.Environment.Variables as Record<string, unknown>;
  return Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, typeof value === 'string' ? value : 'known-at-deployment']));
}

describe.each(HANDLERS)('the $handler handler', ({ handler, idPart, names, readConfig }) => {
  const written = writtenFor(idPart);

  test('is given exactly the environment of the contract', () => {
    expect(Object.keys(written).sort()).toEqual(Object.values(names).sort());
  });

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
    expect([...[...read].filter(name => !PROVIDED.includes(name)), ...byPowertools].sort()).toEqual(Object.keys(written).sort());
  });
});
