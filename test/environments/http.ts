import * as http from 'node:http';
import * as https from 'node:https';
import type { WireRequest, WireResponse } from './environment';
import { groupHeaders } from '../../local/http/raw-headers';

const AGENTS = {
  'http:': new http.Agent({ keepAlive: true }),
  'https:': new https.Agent({ keepAlive: true }),
};

/** Sends a request over a socket. `fetch` and `URL` would normalise paths and headers. */
export async function exchange(origin: string, request: WireRequest): Promise<WireResponse> {
  const { protocol, hostname, port, host } = new URL(origin);
  const secure = protocol === 'https:';
  return new Promise((resolve, reject) => {
    const outgoing = (secure ? https : http).request({
      agent: AGENTS[secure ? 'https:' : 'http:'],
      hostname,
      port,
      method: request.method,
      path: request.target,
      headers: withFraming(request, host).flat(),
    }, incoming => {
      const chunks: Buffer[] = [];
      incoming.on('data', chunk => chunks.push(chunk)).on('error', reject).on('end', () => resolve({
        status: incoming.statusCode ?? 0,
        headers: groupHeaders(incoming.rawHeaders),
        body: Buffer.concat(chunks),
      }));
    });
    outgoing.on('error', reject).end(request.body);
  });
}

/** Splits an absolute URL by hand: `URL` would normalise its path. */
export function splitUrl(url: string): { origin: string; target: string } {
  const [, origin, target] = /^(https?:\/\/[^/?#]+)(.*)$/.exec(url) ?? [];
  if (!origin) throw new Error(`an absolute http(s) URL is needed, got: ${url}`);
  return { origin, target: target || '/' };
}

export function closeConnections(): void {
  Object.values(AGENTS).forEach(agent => agent.destroy());
}

/** Node adds neither `host` nor `content-length` to a list of headers. */
function withFraming(request: WireRequest, host: string): Array<readonly [string, string]> {
  const given = new Set(request.headers.map(([name]) => name.toLowerCase()));
  const framed = [...request.headers];
  if (!given.has('host')) framed.unshift(['Host', host]);
  const hasBody = request.body !== undefined || !['GET', 'HEAD', 'DELETE', 'OPTIONS'].includes(request.method);
  if (hasBody && !given.has('content-length') && !given.has('transfer-encoding')) {
    framed.push(['Content-Length', String(request.body?.byteLength ?? 0)]);
  }
  return framed;
}
