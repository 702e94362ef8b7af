import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { transform } from 'esbuild';
import {
  DELIVERY, DELIVERY_HEADERS, PROBLEMS, type ProblemCode, PUBLIC_SEGMENT, buildProblemType, SEGMENTS,
  VARIANT_EXTENSIONS,
} from '../src/contract';

const SOURCES = join(__dirname, '..', 'lambda', 'edge');

const CODES: readonly ProblemCode[] = ['not-found', 'not-acceptable'];

const IMAGE = `(/${PUBLIC_SEGMENT})?/${SEGMENTS.TENANT}/${SEGMENTS.USER}/${SEGMENTS.IMAGE_ID}`;
/** Groups: the image's path, its first segment if that is public, the variant's name and its extension. */
const PATH = new RegExp(`^(${IMAGE})/([A-Za-z0-9_-]+)(?:\\.([a-z0-9]+))?$`);

/** The constants that each source uses by name. */
const CONSTANTS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  'viewer-request': {
    PATH,
    HEADERS: DELIVERY_HEADERS,
    EXACT_FORMAT_HEADER: DELIVERY.EXACT_FORMAT_HEADER,
    EDGE_PROBLEMS: Object.fromEntries(CODES.map(code => [code, { ...PROBLEMS[code], type: buildProblemType(code) }])),
    MEDIA_TYPES: Object.fromEntries(
      Object.entries(VARIANT_EXTENSIONS).map(([format, extension]) => [extension, `image/${format}`]),
    ),
  },
  'viewer-response': { CACHE_CONTROL: DELIVERY.PRIVATE_CACHE_CONTROL },
};

/**
 * The functions that CloudFront runs for requests and responses: each source without its types and comments, behind its
 * constants. Users of the request function put `buildEdgePrelude()` in front of it. The code is not minified, so that
 * it stays readable in the CloudFront console.
 */
export async function bundleEdge(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  await Promise.all(Object.entries(CONSTANTS).map(async ([name, constants]) => {
    // esbuild would shorten `{ headers: headers }` to `{ headers }`, which the runtime's documentation does not
    // promise.
    const supported = { 'object-extensions': false };
    const { code } = await transform(readFileSync(join(SOURCES, `${name}.ts`), 'utf8'), {
      loader: 'ts',
      target: 'es2017',
      supported,
      legalComments: 'none',
    });
    const declarations = Object.entries(constants).map(
      ([constant, value]) => `var ${constant} = ${value instanceof RegExp ? String(value) : JSON.stringify(value)};\n`,
    );
    writeFileSync(join(folder, `${name}.js`), declarations.join('') + code);
  }));
}
