import { buildVariantViews } from './variant-views';
import type { ImageRow } from '../../src/contract';
import type { Caller } from '../domain/caller';
import type { ApiDeps } from '../domain/ports';

/** The time in a stored `created_at`, `<ISO ms>#<image_id>`. */
function parseTime(createdAt: string | undefined): string | null {
  return createdAt === undefined ? null : createdAt.slice(0, createdAt.indexOf('#'));
}

/** An image as the API shows it, with fresh URLs of its variants. */
export async function buildImageView(row: ImageRow, principal: Caller, deps: ApiDeps): Promise<Record<string, unknown>> {
  return {
    image_id: row.image_id,
    user_id: principal.userId,
    status: row.status,
    filename: row.filename ?? null,
    content_type: row.content_type,
    size: row.size,
    checksum_sha256: row.checksum_sha256 ?? null,
    tags: row.tags ?? [],
    width: row.width ?? null,
    height: row.height ?? null,
    format: row.format ?? null,
    animated: row.animated ?? null,
    placeholder: row.placeholder ?? null,
    variants: row.status === 'ready' ? await buildVariantViews(row, deps) : [],
    rejection: row.rejection ?? null,
    created_at: parseTime(row.created_at),
    updated_at: row.updated_at,
    version: row.version,
  };
}
