import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { transform } from 'esbuild';
import { DELIVERY_HEADERS, PROBLEMS, type ProblemCode, problemType, VARIANT_EXTENSIONS } from '../src/contract';

const SOURCE = join(__dirname, '..', 'lambda', 'edge', 'viewer-request.ts');

const CODES: readonly ProblemCode[] = ['not-found', 'not-acceptable'];

/** What the source calls by name. */
function constants(): Record<string, unknown> {
  return {
    HEADERS: DELIVERY_HEADERS,
    EDGE_PROBLEMS: Object.fromEntries(CODES.map(code => [code, { ...PROBLEMS[code], type: problemType(code) }])),
    MEDIA_TYPES: Object.fromEntries(Object.entries(VARIANT_EXTENSIONS).map(([format, extension]) => [extension, `image/${format}`])),
  };
}

/**
 * The function that CloudFront runs for each request: the source without its types and comments, behind its constants. Whoever uses it puts
 * `edgePrelude()` in front. Nothing is made shorter, so that it can be read where CloudFront shows it.
 */
export async function bundleEdge(file: string): Promise<void> {
  // esbuild would write `{ headers }` for `{ headers: headers }`, which the runtime's documentation does not promise.
  const supported = { 'object-extensions': false };
  const { code } = await transform(readFileSync(SOURCE, 'utf8'), { loader: 'ts', target: 'es2017', supported, legalComments: 'none' });
  const declarations = Object.entries(constants()).map(([name, value]) => `var ${name} = ${JSON.stringify(value)};\n`);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, declarations.join('') + code);
}
