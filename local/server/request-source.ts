import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { groupHeaders } from './raw-headers';

export interface SourceRules {
  /** Names of this server besides `localhost` and IP addresses. Lower case. */
  readonly allowedHosts: readonly string[];
  /** Origins whose pages may call. */
  readonly corsOrigins: readonly string[];
}

const SAFE_METHODS = ['GET', 'HEAD', 'OPTIONS'];

/**
 * Why a request must not be served: the answer's detail; undefined for a request that may. The server trusts everyone who reaches it, and a web page
 * in the developer's browser reaches it, too.
 */
export function findSourceFault(request: IncomingMessage, rules: SourceRules): string | undefined {
  const foreign = listHosts(request).find(host => !isOurs(host, rules.allowedHosts));
  if (foreign !== undefined) {
    return `This server has no name ${JSON.stringify(foreign)}. Use localhost or an IP address, or start it with --allowed-host and the name.`;
  }
  if (isFromOtherPage(request, rules.corsOrigins)) {
    return `Pages of ${request.headers.origin ?? 'other origins'} must not change anything here. Start the server with --cors-origin and the origin.`;
  }
  return undefined;
}

/**
 * DNS rebinding: a page whose name an attacker moves to 127.0.0.1 is of the same origin as this server, for its browser, which still sends that
 * name. A browser sends an IP address or `localhost` only where the page was opened so.
 */
function isOurs(host: string, allowedHosts: readonly string[]): boolean {
  const name = parseHostname(host);
  if (name === undefined) return false;
  return isIP(name) !== 0 || name === 'localhost' || name.endsWith('.localhost') || allowedHosts.includes(name);
}

/** Of `Host`, and of a request target that is a whole URL (RFC 9112, section 3.2.2). */
function listHosts({ rawHeaders, url = '' }: IncomingMessage): string[] {
  const authority = /^https?:\/\/([^/?]*)/i.exec(url)?.[1];
  return [...groupHeaders(rawHeaders).get('host') ?? [], ...authority === undefined ? [] : [authority]];
}

/** Lower case, without port and brackets; undefined for a value that is no host. */
function parseHostname(host: string): string | undefined {
  const [, v6, name] = /^(?:\[([0-9a-f:.]+)\]|([^:\s@/]+))(?::\d+)?$/i.exec(host) ?? [];
  return (v6 ?? name)?.toLowerCase().replace(/\.$/, '');
}

/** Fetch Metadata (https://www.w3.org/TR/fetch-metadata/): browsers set the header, and pages cannot change it. */
function isFromOtherPage({ headers, method = '' }: IncomingMessage, corsOrigins: readonly string[]): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== 'cross-site' && site !== 'same-site') return false;
  return !SAFE_METHODS.includes(method) && !corsOrigins.includes(headers.origin ?? '');
}
