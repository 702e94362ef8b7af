import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as core from 'aws-cdk-lib';
import * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { listProperties, publicApi, ROOT, type ApiType } from './compiled';
import { TO_PROPS } from './options';
import * as library from '../../src';
import { synthesize } from '../construct/synth';

jest.setTimeout(180_000);

let api: Record<string, ApiType>;
beforeAll(async () => {
  api = await publicApi();
});

interface Option {
  readonly struct: string;
  readonly name: string;
  readonly default?: string;
}

function listOptions(): Option[] {
  const structs = Object.keys(api).filter(name => api[name].datatype);
  return structs.flatMap(struct => listProperties(api, struct)
    .filter(({ optional }) => optional)
    .map(({ name, docs }) => ({ struct, name, default: docs?.default })));
}

test('every optional prop documents its default', () => {
  expect(listOptions().length).toBeGreaterThan(20);
  expect(listOptions().filter(option => !option.default)).toEqual([]);
});

test('every struct with options is known here', () => {
  expect([...new Set(listOptions().map(({ struct }) => struct))].filter(struct => !(struct in TO_PROPS))).toEqual([]);
});

test('a default given as a value is the real one: giving it changes nothing', () => {
  const values = listOptions().filter(option => !option.default!.startsWith('- '));
  expect(values.length).toBeGreaterThan(12);
  for (const { struct, name, default: text } of values) {
    const [without, given] = [{}, { [name]: evaluate(text!) }].map(
      options => synthesize(TO_PROPS[struct](options)).template.toJSON(),
    );
    expect({ struct, name, template: given }).toEqual({ struct, name, template: without });
  }
});

/** Defaults are written as code that a user can type. */
function evaluate(code: string): unknown {
  const scope: Record<string, unknown> = { ...core, ...library, cloudfront, lambda, logs };
  const names = Object.keys(scope).filter(name => code.includes(name));
  return new Function(...names, `return ${code};`)(...names.map(name => scope[name]));
}

test('every public type and member is documented', () => {
  const undocumented = Object.entries(api).flatMap(([name, type]) => [
    ...(type.docs?.summary ? [] : [name]),
    ...[...type.properties ?? [], ...type.methods ?? []].filter(({ docs }) => !docs?.summary).map(
      member => `${name}.${member.name}`,
    ),
  ]);
  expect(undocumented).toEqual([]);
});

test('API.md knows every public type and member', () => {
  const page = readFileSync(join(ROOT, 'API.md'), 'utf8');
  const members = Object.values(api).flatMap(({ properties = [], methods = [] }) => [...properties, ...methods]);
  const names = [...Object.keys(api), ...members.map(({ name }) => name)];
  expect(names.filter(name => !page.includes(`\`${name}\``) && !page.includes(`### ${name} `))).toEqual([]);
});
