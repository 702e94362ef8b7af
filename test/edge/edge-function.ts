import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createContext, runInContext } from 'node:vm';
import type { EdgeHandler, EdgeRequest, EdgeResponse } from '../../lambda/edge/viewer-request';
import {
  CDN_VARIANTS, buildDefaultVariants, type DeliveryCors, buildEdgePrelude, type EdgeVariants, listEdgeVariants,
} from '../../src/contract';

const readBuilt = (name: string): string =>
  readFileSync(join(__dirname, '..', '..', 'assets', 'edge', `${name}.js`), 'utf8');
export const BUILT = readBuilt('viewer-request');
export const BUILT_RESPONSE = readBuilt('viewer-response');

export const DEFAULT_SET = listEdgeVariants(buildDefaultVariants(CDN_VARIANTS));

const NOBODY: DeliveryCors = { origins: [], credentials: false };

/** Renders the function code that is deployed for a set. */
export function renderCode(variants: EdgeVariants, cors: DeliveryCors = NOBODY, hasPublicPaths = true): string {
  return buildEdgePrelude(variants, cors, hasPublicPaths) + BUILT;
}

type Answer = EdgeRequest | EdgeResponse;

/** Runs the built code with only the globals of the language. */
export function rawEdgeFunction(
  variants: EdgeVariants, cors?: DeliveryCors, hasPublicPaths?: boolean,
): (request: EdgeRequest) => Answer {
  const context = createContext(Object.create(null) as object);
  runInContext(renderCode(variants, cors, hasPublicPaths), context);
  const handler = runInContext('handler', context) as EdgeHandler;
  return request => JSON.parse(JSON.stringify(handler({ request }))) as Answer;
}

export type Ask = (uri: string, headers?: Record<string, string>, method?: string) => Answer;

/** Adds a query and a cookie to each request; they must not matter. */
export function edgeFunction(variants: EdgeVariants = DEFAULT_SET, cors?: DeliveryCors, hasPublicPaths = true): Ask {
  const run = rawEdgeFunction(variants, cors, hasPublicPaths);
  return (uri, headers = {}, method = 'GET') => run({
    method,
    uri,
    querystring: { Policy: { value: 'policy' }, width: { value: '9999' } },
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, { value }])),
    cookies: { session: { value: 'secret' } },
  });
}

/** The rewritten URI, or the status if the function answers itself. */
export function outcome(answer: EdgeRequest | EdgeResponse): string | number {
  return 'uri' in answer ? answer.uri : answer.statusCode;
}
