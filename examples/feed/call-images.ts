import { Sha256Node as Sha256 } from '@smithy/core/checksum';
import { HttpRequest } from '@smithy/core/protocols';
import { SignatureV4 } from '@smithy/signature-v4';

const { IMAGES_URL = '', AWS_REGION = '', AWS_ACCESS_KEY_ID = '', AWS_SECRET_ACCESS_KEY = '', AWS_SESSION_TOKEN } = process.env;

const signer = new SignatureV4({
  service: 'execute-api',
  region: AWS_REGION,
  credentials: {
    accessKeyId: AWS_ACCESS_KEY_ID,
    secretAccessKey: AWS_SECRET_ACCESS_KEY,
    sessionToken: AWS_SESSION_TOKEN,
  },
  sha256: Sha256,
});

/** Calls the image service for a user, as docs/backend.md describes. Take the user from your own session. */
export async function callImages(user: string, method: string, path: string, json?: object): Promise<Response> {
  if (!IMAGES_URL) throw new Error('IMAGES_URL must be the URL of the image API, got: nothing');
  const { hostname, host, pathname, href } = new URL(path, IMAGES_URL);
  const body = json === undefined ? undefined : JSON.stringify(json);
  const headers = { host, 'x-user-id': user, ...body !== undefined && { 'content-type': 'application/json' } };
  const signed = await signer.sign(new HttpRequest({ method, hostname, path: pathname, headers, body }));
  return fetch(href, { method, headers: signed.headers, body });
}
