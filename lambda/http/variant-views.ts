import {
  buildDeliveryPath, buildPublicPath, type ImageRecord, buildVariantKey, type VariantRecord,
} from '../../src/contract';
import { buildSignedQuery, signPath } from '../domain/deliver/signed-path';
import { checkOwnKey } from '../domain/own-key';
import type { ApiDeps } from '../domain/ports';
import { formatTime } from '../domain/timestamps';

/** URLs stay the same for this part of their lifetime, so that browsers can cache. */
const STEADY = 1 / 4;

interface Link {
  readonly url: string;
  readonly expires_at: string | null;
}

type LinkTo = (variant: VariantRecord) => Link | Promise<Link>;

/** The variants as the API shows them, with a URL of each. */
export async function buildVariantViews(record: ImageRecord, deps: ApiDeps): Promise<Record<string, unknown>[]> {
  const { variants = [] } = record;
  if (variants.length === 0 || !checkOwnKey(deps, record)) return [];
  const linkTo = await createLinker(record, deps);
  return Promise.all(variants.map(async variant => {
    const { name, width, height, size = null } = variant;
    return { name, width, height, content_type: getMediaType(variant), size, ...await linkTo(variant) };
  }));
}

/** URLs of a CDN name no format: the `Accept` header of the browser decides. */
async function createLinker(record: ImageRecord, deps: ApiDeps): Promise<LinkTo> {
  const { delivery } = deps;
  if (delivery.mode === 'presigned') return createPresigner(record, deps);
  const path = buildDeliveryPath(record.object_key);
  if (delivery.mode === 'anyone') return linkUnsigned(`${delivery.baseUrl}${path}`);
  if (record.visibility === 'public') return linkUnsigned(`${delivery.baseUrl}${buildPublicPath(record.object_key)}`);
  const signed = await signPath(delivery, path, deps.clock.now());
  const query = buildSignedQuery(signed);
  const expires_at = formatTime(signed.end * 1000);
  return ({ name }) => ({ url: `${delivery.baseUrl}${path}/${name}?${query}`, expires_at });
}

/** URLs for everyone stay the same for the life of the image. */
function linkUnsigned(base: string): LinkTo {
  return ({ name }) => ({ url: `${base}/${name}`, expires_at: null });
}

function createPresigner(record: ImageRecord, deps: ApiDeps): LinkTo {
  const lifetime = deps.policy.urlTtlSeconds;
  const signedAt = computeSteadyTime(deps.clock.now(), lifetime);
  const expires_at = formatTime(signedAt + lifetime * 1000);
  return async variant => ({
    url: await deps.signer.download(buildGrant(record, variant, lifetime), signedAt, lifetime),
    expires_at,
  });
}

/** The last whole second at which URLs changed. */
function computeSteadyTime(now: number, lifetime: number): number {
  const step = Math.floor(lifetime * STEADY) * 1000;
  return Math.floor(now / step) * step;
}

/**
 * The service wrote the bytes, so a browser may show them, and they never change. Only the browser may cache them: the
 * URL alone gives access to the image.
 */
function buildGrant(record: ImageRecord, variant: VariantRecord, lifetime: number) {
  return {
    key: buildVariantKey(record.object_key, variant),
    contentType: getMediaType(variant),
    contentDisposition: 'inline',
    cacheControl: `private, max-age=${lifetime}, immutable`,
  };
}

function getMediaType({ format }: VariantRecord): string {
  return `image/${format}`;
}
