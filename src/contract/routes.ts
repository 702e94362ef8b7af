/**
 * The routes of the HTTP API, by the `resource` that Amazon API Gateway names in a proxy event. The construct and the
 * local server add HEAD to each GET.
 */
export type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';

export interface Route {
  /** Stable name, the `operationId` of the OpenAPI document. */
  readonly operation: Operation;
  readonly method: Method;
  /** API Gateway resource path. */
  readonly resource: string;
  /** Query parameters that the route accepts. */
  readonly query: readonly string[];
  /** Whether a body is required, may be absent or `{}`, or is ignored. */
  readonly body: 'required' | 'empty' | 'ignored';
  /** Whether the route answers requests without a caller. */
  readonly open?: boolean;
}

export type Operation =
  | 'createImage' | 'confirmImage' | 'getImage' | 'listImages' | 'updateImage'
  | 'deleteImage' | 'downloadImage' | 'batchGetImages' | 'batchDeleteImages' | 'createCdnSession' | 'getUsage' | 'getHealth';

/** Operations that also answer a trusted caller that acts as the service. All others need a user. */
export const SERVICE_OPERATIONS = ['getImage', 'batchGetImages'] as const satisfies readonly Operation[];
export type ServiceOperation = typeof SERVICE_OPERATIONS[number];

export const ROUTES: readonly Route[] = [
  { operation: 'createImage', method: 'POST', resource: '/images', query: [], body: 'required' },
  {
    operation: 'listImages',
    method: 'GET',
    resource: '/images',
    query: [
      'limit', 'cursor', 'order', 'tag', 'content_type', 'status', 'created_after', 'created_before', 'shared', 'group',
    ],
    body: 'ignored',
  },
  { operation: 'batchGetImages', method: 'POST', resource: '/images/batch-get', query: [], body: 'required' },
  { operation: 'batchDeleteImages', method: 'POST', resource: '/images/batch-delete', query: [], body: 'required' },
  { operation: 'getImage', method: 'GET', resource: '/images/{image_id}', query: [], body: 'ignored' },
  { operation: 'updateImage', method: 'PATCH', resource: '/images/{image_id}', query: [], body: 'required' },
  { operation: 'deleteImage', method: 'DELETE', resource: '/images/{image_id}', query: [], body: 'ignored' },
  { operation: 'confirmImage', method: 'POST', resource: '/images/{image_id}/confirm', query: [], body: 'empty' },
  {
    operation: 'downloadImage',
    method: 'GET',
    resource: '/images/{image_id}/download',
    query: ['disposition', 'redirect'],
    body: 'ignored',
  },
  { operation: 'createCdnSession', method: 'POST', resource: '/cdn-session', query: [], body: 'empty' },
  { operation: 'getUsage', method: 'GET', resource: '/usage', query: [], body: 'ignored' },
  { operation: 'getHealth', method: 'GET', resource: '/health', query: [], body: 'ignored', open: true },
];

/** Sorted methods of a resource, as in an `Allow` header: `/images` → `['GET', 'HEAD', 'POST']`. */
export function listMethods(resource: string): string[] {
  const methods = ROUTES.filter(route => route.resource === resource).map(route => route.method as string);
  return [...methods, ...(methods.includes('GET') ? ['HEAD'] : [])].sort();
}

/** Every resource once, in the order of the table. */
export function listResources(): string[] {
  return [...new Set(ROUTES.map(route => route.resource))];
}
