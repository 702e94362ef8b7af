import type { ImageRow } from '../../../src/contract';
import { downloadImage } from '../../domain/download-image';
import { formatTime } from '../../domain/image-states';
import { contentDisposition } from '../content-disposition';
import { downloadName } from '../download-name';
import { json } from '../messages';
import { readChoice } from '../query';
import { imageIdOf, type RouteHandler } from '../route';

export const downloadImageRoute: RouteHandler = async ({ request, faults, principal, deps }) => {
  const disposition = readChoice(request, 'disposition', ['attachment', 'inline'], faults) ?? 'attachment';
  const redirect = readChoice(request, 'redirect', ['true', 'false'], faults) === 'true';
  faults.throwIfAny();
  const header = (row: ImageRow) => contentDisposition(disposition, downloadName(row));
  const { url, expires_at } = await downloadImage(deps, principal, imageIdOf(request), header);
  if (redirect) return { status: 302, headers: { location: url } };
  return json(200, { url, expires_at: formatTime(expires_at) });
};
