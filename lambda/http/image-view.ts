import { buildVariantViews } from './variant-views';
import type { ImageRecord } from '../../src/contract';
import { readUserId, type Viewer } from '../domain/caller';
import type { ApiDeps } from '../domain/ports';
import { hasOwnerView } from '../domain/sharing';

/** The time in a stored `created_at`, `<ISO ms>#<image_id>`. */
function parseTime(createdAt: string | undefined): string | null {
  return createdAt === undefined ? null : createdAt.slice(0, createdAt.indexOf('#'));
}

/** The view of an image for this viewer (`canView`), with fresh URLs of its variants. */
export async function buildImageView(
  record: ImageRecord, viewer: Viewer, deps: ApiDeps,
): Promise<Record<string, unknown>> {
  const variants = record.status === 'ready' ? await buildVariantViews(record, deps) : [];
  return hasOwnerView(record, viewer) ? buildOwnerView(record, variants) : buildViewerView(record, variants);
}

type VariantViews = Awaited<ReturnType<typeof buildVariantViews>>;

function buildOwnerView(record: ImageRecord, variants: VariantViews): Record<string, unknown> {
  return {
    image_id: record.image_id,
    user_id: readUserId(record.owner),
    status: record.status,
    filename: record.filename ?? null,
    content_type: record.content_type,
    size: record.size,
    checksum_sha256: record.checksum_sha256 ?? null,
    tags: record.tags ?? [],
    visibility: record.visibility ?? 'private',
    shared_with: record.shared_with ?? [],
    ...buildFacts(record),
    variants,
    rejection: record.rejection ?? null,
    ...buildTimes(record),
    version: record.version,
  };
}

/** Everything that viewers other than the owner and the service learn: no user, no file name, no size. */
function buildViewerView(record: ImageRecord, variants: VariantViews): Record<string, unknown> {
  const { image_id, status, content_type } = record;
  return { image_id, status, content_type, ...buildFacts(record), variants, ...buildTimes(record) };
}

function buildFacts(record: ImageRecord) {
  return {
    width: record.width ?? null,
    height: record.height ?? null,
    format: record.format ?? null,
    animated: record.animated ?? null,
    placeholder: record.placeholder ?? null,
  };
}

function buildTimes(record: ImageRecord) {
  return { created_at: parseTime(record.created_at), updated_at: record.updated_at };
}
