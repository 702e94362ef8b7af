import type { Caller } from './caller';
import { buildNotFound, ProblemError } from './errors';
import { readOwnImage } from './own-image';
import { checkOwnKey } from './own-key';
import type { Deps } from './ports';
import type { ImageRecord } from '../../src/contract';

export interface DownloadTicket {
  readonly url: string;
  readonly expires_at: number;
}

/** A short-lived URL for the original. Browsers show or save it by `contentDisposition`. */
export async function downloadImage(
  deps: Deps, caller: Caller, imageId: string, contentDisposition: (record: ImageRecord) => string,
): Promise<DownloadTicket> {
  const record = await readOwnImage(deps, caller, imageId);
  if (record.status !== 'ready') {
    throw new ProblemError('not-ready', `The image is ${record.status}; only ready images can be downloaded.`);
  }
  if (!checkOwnKey(deps, record)) throw buildNotFound();
  const lifetime = deps.policy.urlTtlSeconds;
  const signedAt = Math.floor(deps.clock.now() / 1000) * 1000;
  // The detected type, not the declared one: shown inline, the type decides whether a browser runs the file.
  const grant = {
    key: record.object_key,
    contentType: record.sniffed_type ?? record.content_type,
    contentDisposition: contentDisposition(record),
  };
  return { url: await deps.signer.download(grant, signedAt, lifetime), expires_at: signedAt + lifetime * 1000 };
}
