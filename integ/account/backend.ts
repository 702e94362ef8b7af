import { createHash } from 'node:crypto';
import { fetchSigned } from './signed-fetch';
import { ImageClient } from '../../local/demo/client';
import type { ImageFile } from '../../local/demo/image-file';
import { runAll } from '../../local/demo/run';
import type { ImageType } from '../../src/contract';

/** Observations of the backend. The case asserts the expected values. */
export interface Report {
  /** Images that were uploaded, confirmed, tagged, listed, downloaded, compared byte by byte and deleted. */
  readonly travelled: number;
  readonly failures: string[];
  /** Storage's status for a second PUT with the URL of the first. */
  readonly overwrite: number;
  /** Storage's status for a PUT without TLS; null if the upload URL is not HTTPS. */
  readonly plainHttp: number | null;
}

const PIXELS = [
  createPicture(
    'pixel.png',
    'image/png',
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
  ),
  createPicture('pixel.gif', 'image/gif', 'R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7'),
];

function createPicture(name: string, contentType: ImageType, base64: string): ImageFile {
  const bytes = Buffer.from(base64, 'base64');
  return { name, contentType, size: bytes.length, read: async () => bytes };
}

/**
 * A backend whose only permission is `grantInvoke`: it signs with its role's credentials and names an end user. It runs
 * as a function in the account, because no other step of the test can sign.
 */
export async function handler(): Promise<Report> {
  const client = new ImageClient({
    url: process.env.IMAGES_URL!.replace(/\/$/, ''),
    user: 'alice',
    fetch: fetchSigned(process.env.AWS_REGION!, readIdentity()),
  });
  const quiet = {
    step: async <T>(_label: string, _total: number, work: (advance: () => void) => Promise<T>) => work(() => undefined),
  };
  const { images: trips, failures } = await runAll(PIXELS, {
    client,
    progress: quiet,
    concurrency: PIXELS.length,
    keep: false,
  });
  const failed = [...trips.flatMap(({ failure }) => failure ?? []), ...failures];
  return {
    travelled: trips.filter(({ failure, equal }) => failure === undefined && equal).length,
    // CloudFormation accepts at most 4096 bytes from an assertion.
    failures: failed.slice(0, 3),
    ...await misuse(client, PIXELS[0]),
  };
}

function readIdentity() {
  const {
    AWS_ACCESS_KEY_ID: accessKeyId = '', AWS_SECRET_ACCESS_KEY: secretAccessKey = '', AWS_SESSION_TOKEN: sessionToken,
  } = process.env;
  return { accessKeyId, secretAccessKey, sessionToken };
}

/** Requests that storage must deny although their signatures are valid. */
async function misuse(client: ImageClient, image: ImageFile): Promise<Pick<Report, 'overwrite' | 'plainHttp'>> {
  const bytes = await image.read();
  const { image_id: id, upload } = await client.create(image, createHash('sha256').update(bytes).digest('base64'));
  const put = async (url: string) =>
    (await fetch(url, { method: 'PUT', headers: upload.headers, body: new Uint8Array(bytes) })).status;
  const plainHttp = upload.url.startsWith('https:') ? await put(upload.url.replace(/^https:/, 'http:')) : null;
  await client.upload(upload, bytes);
  const overwrite = await put(upload.url);
  await client.delete(id);
  return { overwrite, plainHttp };
}
