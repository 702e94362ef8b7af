import { createServer, request as send, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** `denied`: the service does not permit the call. `broken`: it fails, and the SDK tries again. */
export type Fault = 'none' | 'denied' | 'broken';

export interface FaultProxy {
  readonly url: string;
  fault: Fault;
  close(): Promise<void>;
}

type Describe = (fault: Fault, said: string) => { readonly status: number; readonly body: string };

const TABLE: Describe = (fault, said) => {
  const [status, name] = fault === 'denied' ? [400, 'ValidationException'] : [500, 'InternalServerError'];
  return { status, body: JSON.stringify({ __type: `com.amazonaws.dynamodb#${name}`, message: said }) };
};

const STORAGE: Describe = (fault, said) => {
  const [status, name] = fault === 'denied' ? [403, 'AccessDenied'] : [500, 'InternalError'];
  const text = said.replace(/[&<>]/g, '_');
  return { status, body: `<Error><Code>${name}</Code><Message>${text}</Message><Key>${text}</Key></Error>` };
};

export const startTableProxy = (target: string): Promise<FaultProxy> => startProxy(target, TABLE);
export const startStorageProxy = (target: string): Promise<FaultProxy> => startProxy(target, STORAGE);

/**
 * Passes requests on, or answers them with an error whose message repeats the request: path, headers and body. AWS
 * promises nothing about the messages of its errors.
 */
async function startProxy(target: string, describe: Describe): Promise<FaultProxy> {
  const server = createServer((request, response) => {
    if (proxy.fault === 'none') return forward(target, request, response);
    void readText(request).then(body => {
      const said = `${request.url} ${request.rawHeaders.join(' ')} ${body}`;
      const { status, body: answer } = describe(proxy.fault, said);
      response.writeHead(status, { 'x-amzn-requestid': 'AWSREQUEST1' }).end(answer);
    });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const proxy: FaultProxy = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    fault: 'none',
    close: async () => new Promise(resolve => { server.close(() => resolve()).closeAllConnections(); }),
  };
  return proxy;
}

/** The signature holds for the `Host` that the client sent. */
function forward(target: string, request: IncomingMessage, response: ServerResponse): void {
  const { hostname, port } = new URL(target);
  // Without kept connections, which the end of the server would wait for.
  const { method, url: path, rawHeaders: headers } = request;
  const outgoing = send({ hostname, port, method, path, headers, setHost: false, agent: false }, incoming => {
    response.writeHead(incoming.statusCode!, incoming.rawHeaders);
    incoming.pipe(response);
  });
  outgoing.on('error', () => response.destroy());
  request.pipe(outgoing);
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('latin1');
}
