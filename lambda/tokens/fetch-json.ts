import type { ClientRequest, IncomingMessage } from 'node:http';
import { ServiceError } from '../domain/errors';

/** Both documents of an issuer have a few kilobytes; certificates in a key set make it some dozen. */
const MAX_BYTES = 256 * 1024;
/** From the start of a request to the last byte of its answer. */
const TIMEOUT_MS = 3000;

const LOOPBACK = ['127.0.0.1', 'localhost', '[::1]'];

/** Whether the issuer is on this machine: a development issuer has no certificate. */
export function isLoopback(url: string): boolean {
  return URL.canParse(url) && new URL(url).protocol === 'http:' && LOOPBACK.includes(new URL(url).hostname);
}

/**
 * Reads a JSON document of an issuer. Follows no redirect: a holder of the keys at this address may sign tokens. Plain
 * HTTP is only for an issuer that is itself on this machine. On AWS, an issuer could else send the function to the
 * addresses of its own environment.
 */
export async function fetchJson(address: string, allowsLoopback: boolean): Promise<unknown> {
  const isPlain = allowsLoopback && isLoopback(address);
  if (!isPlain && !(URL.canParse(address) && new URL(address).protocol === 'https:')) {
    throw new ServiceError('an address of the issuer must be an https URL');
  }
  // Loaded on first use: a cold start that reads no keys needs no client.
  const { get } = await (isPlain ? import('node:http') : import('node:https'));
  const request = get(address, {
    headers: { 'accept': 'application/json', 'user-agent': 'cdk-image-service' },
    // A connection that was kept open would break while Lambda freezes the function.
    agent: false,
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  try {
    return JSON.parse(await readBody(await waitForResponse(request)));
  } finally {
    request.destroy();
  }
}

async function waitForResponse(request: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => { request.on('response', resolve).on('error', reject); });
}

async function readBody(response: IncomingMessage): Promise<string> {
  if (response.statusCode !== 200) {
    throw new ServiceError(`an address of the issuer must answer with status 200, got: ${response.statusCode}`);
  }
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_BYTES) throw new ServiceError(`a document of the issuer must have at most ${MAX_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
