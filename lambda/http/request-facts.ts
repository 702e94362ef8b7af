import type { RequestFacts } from './messages';
import type { ImageRecord } from '../../src/contract';

const METHODS = new Set(['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT']);

/** The facts of a request that begins. A path without a template, and a method of no standard, may hold any text. */
export function startFacts(requestId: string, asked: string, template: string | undefined): RequestFacts {
  const method = METHODS.has(asked) ? asked : 'OTHER';
  const route = template === undefined ? 'unknown' : `${method === 'HEAD' ? 'GET' : method} ${template}`;
  return { request_id: requestId, route, method };
}

/** Adds the image that the request acts on. */
export function addRecord(facts: RequestFacts, { image_id, request_id }: ImageRecord): void {
  facts.image_id = image_id;
  if (request_id !== facts.request_id) facts.created_by_request = request_id;
}
