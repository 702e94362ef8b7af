/*
 * Stands in for `rapid-client.node`, the native part of aws-lambda-ric, which npm would compile together with curl. It
 * does over Node's HTTP what `rapid-client.cc` of version 4.0.2 does over curl. Streamed answers never come here: the
 * client sends them by Node's HTTP itself.
 */
import { type IncomingHttpHeaders, request } from 'node:http';

const [hostname, port] = process.env.AWS_LAMBDA_RUNTIME_API!.split(':');
const ROOT = '/2018-06-01/runtime/invocation';

/** Headers that `OnOK` hands on, in lower case. The native client takes no other. */
const HANDED_ON = [
  'lambda-runtime-deadline-ms', 'lambda-runtime-aws-request-id', 'lambda-runtime-trace-id',
  'lambda-runtime-invoked-function-arn',
  'lambda-runtime-client-context', 'lambda-runtime-cognito-identity', 'lambda-runtime-aws-tenant-id',
];

/** The native client posts before it returns. Here the next request waits for the post. */
let posted: Promise<unknown> = Promise.resolve();

export async function next(): Promise<{ bodyJson: string; headers: IncomingHttpHeaders }> {
  await posted;
  const { headers, body } = await exchange('GET', '/next');
  return {
    bodyJson: body,
    headers: Object.fromEntries(HANDED_ON.filter(name => headers[name]).map(name => [name, headers[name]])),
  };
}

export function done(id: string, body: string): void {
  posted = exchange('POST', `/${id}/response`, body);
}

export function error(id: string, body: string, xray: string): void {
  posted = exchange('POST', `/${id}/error`, body, { 'lambda-runtime-function-xray-error-cause': xray });
}

function exchange(
  method: string, path: string, body = '', more: Record<string, string> = {},
): Promise<{ headers: IncomingHttpHeaders; body: string }> {
  return new Promise((resolve, reject) => {
    const headers = {
      ...more,
      ...method === 'POST' && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
    };
    request({ hostname, port, method, path: ROOT + path, headers, agent: false }, response => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => { text += chunk; });
      response.on('end', () => resolve({ headers: response.headers, body: text }));
    }).on('error', reject).end(body);
  });
}
