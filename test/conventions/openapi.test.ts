import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openApiDocument } from '../../projenrc/openapi/document';
import { ROUTES } from '../../src/contract';
import { disagreements } from '../support/openapi';

const PROBLEM = {
  type: 'urn:x',
  title: 'Not found',
  status: 404,
  detail: 'There is no such image.',
  code: 'not-found',
  instance: '/images/x',
};

/** The validator is an ES module, which jest cannot load, so it runs in its own process. */
const VALIDATE = `
  import { Validator } from '@seriousme/openapi-schema-validator';
  import { readFileSync } from 'node:fs';
  const validator = new Validator();
  const { valid } = await validator.validate(JSON.parse(readFileSync(0, 'utf8')));
  console.log(JSON.stringify({ valid, version: validator.version }));
`;

function validate(document: unknown): { valid: boolean; version: string } {
  return JSON.parse(execFileSync(process.execPath, ['--input-type=module', '-e', VALIDATE], {
    input: JSON.stringify(document),
    encoding: 'utf8',
  }));
}

describe('docs/openapi.json', () => {
  test('is what the route table makes: run `npm run openapi` after changing it', () => {
    const written = JSON.parse(readFileSync(join(__dirname, '..', '..', 'docs', 'openapi.json'), 'utf8'));
    expect(written).toEqual(openApiDocument());
  });

  test('is a valid OpenAPI 3.1 document', () => {
    expect(validate(openApiDocument())).toEqual({ valid: true, version: '3.1' });
  });

  test('is checked by a validator that refuses an invalid one', () => {
    expect(validate({ ...openApiDocument(), paths: { '/x': { get: { responses: 7 } } } }).valid).toBe(false);
  });

  test('describes every route', () => {
    const paths = openApiDocument().paths as Record<string, Record<string, { operationId: string }>>;
    expect(ROUTES.map(route => paths[route.resource][route.method.toLowerCase()]?.operationId)).toEqual(
      ROUTES.map(route => route.operation),
    );
  });

  test('tells answers apart from others', () => {
    const json = 'application/problem+json';
    expect(disagreements('GET', '/images/x', 404, json, JSON.stringify(PROBLEM))).toEqual([]);
    expect(disagreements('GET', '/images/x', 404, json, JSON.stringify({ ...PROBLEM, stack: '…' }))).toHaveLength(1);
    expect(disagreements('GET', '/images/x', 418, json, '{}')).toHaveLength(1);
    expect(disagreements('GET', '/health', 200, 'application/json', '{"status":"ok"}')).toEqual([]);
    expect(disagreements('GET', '/health', 200, 'text/html', 'ok')).toHaveLength(1);
  });
});
