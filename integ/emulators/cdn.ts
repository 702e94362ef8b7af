import { readDeployment } from './deployment';
import { fetchUrl } from '../../test/acceptance/support/client';
import type { WireResponse } from '../../test/environments/environment';
import { exchange, splitUrl } from '../../test/environments/http';

export interface CdnRequest {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly scheme?: 'http' | 'https';
}

/**
 * MiniStack selects a distribution or function URL by the Host header, because DNS does not know its domain. It takes
 * the scheme from this header, as a server behind a proxy does.
 */
export async function askCdn(
  url: string, { method = 'GET', headers = {}, scheme = 'https' }: CdnRequest = {},
): Promise<WireResponse> {
  const { origin, target } = splitUrl(url);
  const named = [
    ['host', new URL(origin).host], ['x-forwarded-proto', scheme], ...Object.entries(headers),
  ] as [string, string][];
  return exchange(readDeployment().endpoint, { method, target, headers: named });
}

/** Fetches a variant from the host in its URL: the CDN, which receives the Accept header, or storage. */
export async function fetchVariant(url: string, accept: string): Promise<WireResponse> {
  return isOfCdn(url) ? askCdn(url, { headers: { accept } }) : fetchUrl(url);
}

export function isOfCdn(url: string): boolean {
  return /\.cloudfront\.[^/]+$/.test(new URL(url).hostname);
}
