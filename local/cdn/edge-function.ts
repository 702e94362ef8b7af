import { readFileSync } from 'node:fs';
import { createContext, runInContext } from 'node:vm';
import type { Answer } from './answer';
import type { ViewerRequest } from './viewer-request';
import { type DeliveryCors, buildEdgePrelude, type EdgeVariants } from '../../src/contract';

interface Value { readonly value: string; readonly multiValue?: readonly Value[] }
type Values = Record<string, Value>;

/** The request that CloudFront passes to cache and origins. */
export interface EdgeRequest { readonly method: string; readonly uri: string; readonly headers: Values }

/** A response by the function itself. */
export interface EdgeResponse { readonly statusCode: number; readonly headers: Values; readonly body?: string }

export type EdgeFunction = (request: ViewerRequest) => EdgeRequest | EdgeResponse;

/** Runs the built function as CloudFront does: a script with no globals but those of the language. */
export function loadEdgeFunction(
  file: string, variants: EdgeVariants, cors: DeliveryCors, hasPublicPaths: boolean,
): EdgeFunction {
  const context = createContext(Object.create(null) as object);
  runInContext(buildEdgePrelude(variants, cors, hasPublicPaths) + readFileSync(file, 'utf8'), context, {
    filename: file,
  });
  const handler = runInContext('handler', context) as (event: unknown) => EdgeRequest | EdgeResponse;
  return request => handler(buildEvent(request));
}

/** Changes a response on its way to the viewer. */
export type EdgeResponseFunction = (answer: Answer) => Answer;

/** Runs the built viewer-response function. CloudFront lets it change headers, but not the status or the body. */
export function loadEdgeResponseFunction(code: string): EdgeResponseFunction {
  const context = createContext(Object.create(null) as object);
  runInContext(code, context);
  const handler = runInContext('handler', context) as (event: unknown) => Pick<EdgeResponse, 'headers'>;
  return answer => {
    const headers = Object.fromEntries(Object.entries(answer.headers).map(([name, value]) => [name, { value }]));
    const changed = handler({
      version: '1.0',
      context: { eventType: 'viewer-response' },
      response: { statusCode: answer.status, headers },
    });
    return {
      ...answer,
      headers: Object.fromEntries(Object.entries(changed.headers).map(([name, { value }]) => [name, value])),
    };
  };
}

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-event-structure.html */
function buildEvent({ method, uri, query, headers, cookies }: ViewerRequest): unknown {
  const others = [...headers].filter(([name]) => name !== 'cookie');
  return {
    version: '1.0',
    context: { eventType: 'viewer-request' },
    viewer: { ip: '127.0.0.1' },
    request: {
      method,
      uri,
      querystring: buildValues(groupPairs(query)),
      headers: buildValues(others),
      cookies: buildValues(groupPairs(cookies)),
    },
  };
}

function groupPairs(pairs: ViewerRequest['query']): [string, string[]][] {
  const groups = new Map<string, string[]>();
  for (const [name, value] of pairs) groups.set(name, [...groups.get(name) ?? [], value]);
  return [...groups];
}

function buildValues(groups: readonly (readonly [string, readonly string[]])[]): Values {
  return Object.fromEntries(groups.map(([name, values]) => [name, {
    value: values[0],
    ...values.length > 1 && { multiValue: values.map(value => ({ value })) },
  }]));
}
