import { listCallerHeaders, OPERATIONS, type OperationText, PARAMETERS } from './operations';
import { SCHEMAS } from './schemas';
import {
  listMethods, PROBLEM_CONTENT_TYPE, type ProblemCode, PROBLEMS, listResources, type Route, ROUTES,
} from '../../src/contract';

type Json = Record<string, unknown>;

const ref = (name: string): Json => ({ schema: { $ref: `#/components/schemas/${name}` } });

const IMAGE_ID = { name: 'image_id', in: 'path', required: true, schema: { type: 'string', maxLength: 200 } };

const REQUEST_ID = {
  'x-request-id': { description: 'Id of the request, set by the service. Include it in support requests.', schema: { type: 'string' } },
};

function parameters(route: Route, text: OperationText): Json[] {
  const query = route.query.map(name => ({ name, in: 'query', ...PARAMETERS[name] }));
  return [...listCallerHeaders(route), ...query, ...(text.headers ?? [])];
}

function successes({ success }: OperationText): Json {
  return Object.fromEntries(Object.entries(success).map(([status, { description, schema }]) => [status, {
    description,
    headers: REQUEST_ID,
    ...(schema === undefined ? {} : { content: { 'application/json': ref(schema) } }),
  }]));
}

function problems(codes: readonly ProblemCode[]): Json {
  const byStatus = new Map<number, ProblemCode[]>();
  for (const code of codes) byStatus.set(PROBLEMS[code].status, [...byStatus.get(PROBLEMS[code].status) ?? [], code]);
  return Object.fromEntries([...byStatus].map(([status, list]) => [status, {
    description: list.map(code => `\`${code}\``).join(', '),
    headers: REQUEST_ID,
    content: { [PROBLEM_CONTENT_TYPE]: ref('Problem') },
  }]));
}

function operation(route: Route): Json {
  const text = OPERATIONS[route.operation];
  const body = { required: route.body === 'required', content: { 'application/json': ref(text.request ?? 'Empty') } };
  return {
    operationId: route.operation,
    summary: text.summary,
    parameters: parameters(route, text),
    ...(route.body === 'ignored' ? {} : { requestBody: body }),
    responses: { ...successes(text), ...problems(text.problems) },
    ...(route.open ? { security: [] } : {}),
  };
}

function pathItem(resource: string): Json {
  const operations = ROUTES.filter(route => route.resource === resource).map(
    route => [route.method.toLowerCase(), operation(route)],
  );
  return {
    description: `Allowed methods: ${listMethods(resource).join(', ')}.${listMethods(resource).includes('GET') ? ' HEAD answers like GET, without a body.' : ''}`,
    ...(resource.includes('{image_id}') ? { parameters: [IMAGE_ID] } : {}),
    ...Object.fromEntries(operations),
  };
}

/** The HTTP API as OpenAPI 3.1, from the tables that handlers and construct use. */
export function openApiDocument(): Json {
  return {
    openapi: '3.1.0',
    info: {
      title: 'cdk-image-service',
      version: '1',
      description: 'Direct uploads, metadata, listing, sharing and delivery of images.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: 'http://localhost:8080', description: 'The local server (`npm start`)' }],
    security: [{ sigv4: [] }, { token: [] }],
    paths: Object.fromEntries(listResources().map(resource => [resource, pathItem(resource)])),
    components: {
      schemas: SCHEMAS,
      securitySchemes: {
        sigv4: {
          type: 'apiKey',
          name: 'Authorization',
          in: 'header',
          description: '`ApiAccess.iam()`: AWS Signature Version 4 of a trusted backend. The local server does not check it.',
        },
        token: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'JWT',
          description: '`ApiAccess.jwt()` and `ApiAccess.cognito()`: the token of the user, or of a trusted backend. '
            + 'With `ApiAccess.custom()`, your authorizer defines it.',
        },
      },
    },
  };
}
