import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { groupHeaders } from '../http/raw-headers';

export interface SourceRules {
  /** Names of this server besides `localhost` and IP addresses. Lower case. */
  readonly allowedHosts: readonly string[];
  /** Origins of web pages that may call the API. */
  readonly corsOrigins: readonly string[];
}

const SAFE_METHODS = ['GET', 'HEAD', 'OPTIONS'];

/**
 * Returns the detail of the 403 for a request that must not be served, else undefined. The server trusts every client,
 * and a web page in the developer's browser is one.
 */
export function findSourceFault(request: IncomingMessage, rules: SourceRules): string | undefined {
  const foreign = listHosts(request).find(host => !isOurs(host, rules.allowedHosts));
  if (foreign !== undefined) {
    return `This server does not answer to the host name ${JSON.stringify(foreign)}. Use localhost or an IP address, or start it with --allowed-host and the name.`;
  }
  if (isFromOtherPage(request, rules.corsOrigins)) {
    return `Pages of ${request.headers.origin ?? 'other origins'} must not change anything here. Start the server with --cors-origin and the origin.`;
  }
  return undefined;
}

/**
 * Prevents DNS rebinding: an attacker can point their host name at 127.0.0.1, and the browser then treats their page
 * and this server as one origin. The `Host` header still has the attacker's name.
 */
function isOurs(host: string, allowedHosts: readonly string[]): boolean {
  const name = parseHostname(host);
  if (name === undefined) return false;
  return isIP(name) !== 0 || name === 'localhost' || name.endsWith('.localhost') || allowedHosts.includes(name);
}

/** Lists the host of the `Host` header, and of a request target in absolute form (RFC 9112, section 3.2.2). */
function listHosts({ rawHeaders, url = '' }: IncomingMessage): string[] {
  const authority = /^https?:\/\/([^/?]*)/i.exec(url)?.[1];
  return [...groupHeaders(rawHeaders).get('host') ?? [], ...authority === undefined ? [] : [authority]];
}

/** Lower case, without port and brackets; undefined for an invalid host. */
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
