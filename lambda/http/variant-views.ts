import { buildDeliveryPath, type ImageRow, buildVariantKey, type VariantRecord } from '../../src/contract';
import { buildSignedQuery, signPath } from '../domain/deliver/signed-path';
import { formatTime } from '../domain/image-states';
import { checkOwnKey } from '../domain/own-key';
import type { ApiDeps } from '../domain/ports';

/** URLs stay the same for this part of their lifetime: what a browser has under one it need not fetch again. */
const STEADY = 1 / 4;

interface Link {
  readonly url: string;
  readonly expires_at: string | null;
}

type LinkTo = (variant: VariantRecord) => Link | Promise<Link>;

/** What the API shows of the variants, with a URL of each. */
export async function buildVariantViews(row: ImageRow, deps: ApiDeps): Promise<Record<string, unknown>[]> {
  const { variants = [] } = row;
  if (variants.length === 0 || !checkOwnKey(deps, row)) return [];
  const linkTo = await createLinker(row, deps);
  return Promise.all(variants.map(async variant => {
    const { name, width, height, size = null } = variant;
    return { name, width, height, content_type: getMediaType(variant), size, ...await linkTo(variant) };
  }));
}

/** By a CDN a URL names no format: what the browser accepts decides. */
async function createLinker(row: ImageRow, deps: ApiDeps): Promise<LinkTo> {
  const { delivery } = deps;
  if (delivery.mode === 'presigned') return createPresigner(row, deps);
  const path = buildDeliveryPath(row.object_key);
  const signed = delivery.mode === 'signed' ? await signPath(delivery, path, deps.clock.now()) : undefined;
  const query = signed ? `?${buildSignedQuery(signed)}` : '';
  const expires_at = signed ? formatTime(signed.end * 1000) : null;
  return ({ name }) => ({ url: `${delivery.baseUrl}${path}/${name}${query}`, expires_at });
}

function createPresigner(row: ImageRow, deps: ApiDeps): LinkTo {
  const lifetime = deps.policy.urlTtlSeconds;
  const signedAt = computeSteadyTime(deps.clock.now(), lifetime);
  const expires_at = formatTime(signedAt + lifetime * 1000);
  return async variant => ({ url: await deps.signer.download(buildGrant(row, variant, lifetime), signedAt, lifetime), expires_at });
}

/** A whole second, the last at which URLs changed. */
function computeSteadyTime(now: number, lifetime: number): number {
  const step = Math.floor(lifetime * STEADY) * 1000;
  return Math.floor(now / step) * step;
}

/** The bytes are ours, so a browser may show them; and never change. Nobody but the browser may keep them: whoever has the URL has the image. */
function buildGrant(row: ImageRow, variant: VariantRecord, lifetime: number) {
  return {
    key: buildVariantKey(row.object_key, variant),
    contentType: getMediaType(variant),
    contentDisposition: 'inline',
    cacheControl: `private, max-age=${lifetime}, immutable`,
  };
}

function getMediaType({ format }: VariantRecord): string {
  return `image/${format}`;
}
