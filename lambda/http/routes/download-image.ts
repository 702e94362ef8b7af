import type { ImageRecord } from '../../../src/contract';
import { downloadImage } from '../../domain/download-image';
import { formatTime } from '../../domain/timestamps';
import { buildContentDisposition } from '../content-disposition';
import { buildDownloadName } from '../download-name';
import { respondJson } from '../messages';
import { readChoice } from '../query';
import { readImageId, type RouteHandler } from '../route';

export const downloadImageRoute: RouteHandler = async ({ request, faults, caller, deps }) => {
  const disposition = readChoice(request, 'disposition', ['attachment', 'inline'], faults) ?? 'attachment';
  const redirect = readChoice(request, 'redirect', ['true', 'false'], faults) === 'true';
  faults.throwIfAny();
  const buildHeader = (record: ImageRecord) => buildContentDisposition(disposition, buildDownloadName(record));
  const { url, expires_at } = await downloadImage(deps, caller, readImageId(request), buildHeader);
  if (redirect) return { status: 302, headers: { location: url } };
  return respondJson(200, { url, expires_at: formatTime(expires_at) });
};
