import Ajv2020 from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import { openApiDocument } from '../../projenrc/openapi/document';
import { listResources } from '../../src/contract';

type Media = Record<string, { schema: { $ref: string } }>;
type Paths = Record<string, Record<string, { responses: Record<string, { content?: Media }> }>>;

const document = openApiDocument();
const ajv = addFormats(new Ajv2020({ strict: false, allErrors: true }));
ajv.addSchema({ $id: 'openapi.json', ...document });

function matchResource(path: string): string | undefined {
  const plain = path.split('?')[0].replace(/(?<=.)\/$/, '');
  const candidates = listResources().filter(
    resource => new RegExp(`^${resource.replace('{image_id}', '[^/]+')}$`).test(plain),
  );
  return candidates.sort((a, b) => a.indexOf('{') - b.indexOf('{'))[0];
}

/**
 * Differences between an answer and the OpenAPI document; empty if they agree. Requests to unknown routes are skipped.
 */
export function disagreements(
  method: string, path: string, status: number, contentType: string | undefined, body: string,
): string[] {
  const resource = matchResource(path);
  const operation = resource && (document.paths as Paths)[resource][method === 'HEAD' ? 'get' : method.toLowerCase()];
  if (!operation) return [];
  const response = operation.responses[String(status)];
  if (response === undefined) return [`${method} ${resource}: status ${status} is not documented`];
  if (response.content === undefined || method === 'HEAD') {
    return body === '' ? [] : [`${method} ${resource} ${status}: has a body`];
  }
  const media = response.content[contentType ?? ''];
  if (media === undefined) return [`${method} ${resource} ${status}: content-type ${contentType} is not documented`];
  const validate = ajv.getSchema(`openapi.json${media.schema.$ref}`)!;
  if (validate(JSON.parse(body))) return [];
  return (validate.errors ?? []).map(
    error => `${method} ${resource} ${status}: ${error.instancePath} ${error.message}`,
  );
}
