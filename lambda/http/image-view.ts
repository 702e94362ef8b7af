import { buildVariantViews } from './variant-views';
import type { ImageRecord } from '../../src/contract';
import { isService, readUserId, type Viewer } from '../domain/caller';
import type { ApiDeps } from '../domain/ports';

/** The time in a stored `created_at`, `<ISO ms>#<image_id>`. */
function parseTime(createdAt: string | undefined): string | null {
  return createdAt === undefined ? null : createdAt.slice(0, createdAt.indexOf('#'));
}

/** An image as the API shows it, with fresh URLs of its variants. */
export async function buildImageView(
  record: ImageRecord, viewer: Viewer, deps: ApiDeps,
): Promise<Record<string, unknown>> {
  return {
    image_id: record.image_id,
    user_id: isService(viewer) ? readUserId(record.owner) : viewer.userId,
    status: record.status,
    filename: record.filename ?? null,
    content_type: record.content_type,
    size: record.size,
    checksum_sha256: record.checksum_sha256 ?? null,
    tags: record.tags ?? [],
    visibility: record.visibility ?? 'private',
    shared_with: record.shared_with ?? [],
    width: record.width ?? null,
    height: record.height ?? null,
    format: record.format ?? null,
    animated: record.animated ?? null,
    placeholder: record.placeholder ?? null,
    variants: record.status === 'ready' ? await buildVariantViews(record, deps) : [],
    rejection: record.rejection ?? null,
    created_at: parseTime(record.created_at),
    updated_at: record.updated_at,
    version: record.version,
  };
}
