import { type ImageRow, variantKey, type VariantRecord } from '../../src/contract';
import { isoTime } from '../domain/image-states';
import type { Deps } from '../domain/ports';

/** URLs stay the same for this part of their lifetime: what a browser has under one it need not fetch again. */
const STEADY = 1 / 4;

/** What the API shows of the variants that are stored. Each has a URL of its own, until there is a CDN. */
export function variantViews(row: ImageRow, deps: Deps): Promise<Record<string, unknown>[]> {
  const lifetime = deps.policy.urlTtlSeconds;
  const signedAt = steadyTime(deps.world.now(), lifetime);
  const expires_at = isoTime(signedAt + lifetime * 1000);
  return Promise.all((row.variants ?? []).map(async variant => {
    const { name, width, height, size } = variant;
    const url = await deps.signer.download(grantOf(row, variant, lifetime), signedAt, lifetime);
    return { name, width, height, content_type: typeOf(variant), size, url, expires_at };
  }));
}

/** A whole second, the last at which URLs changed. */
function steadyTime(now: number, lifetime: number): number {
  const step = Math.floor(lifetime * STEADY) * 1000;
  return Math.floor(now / step) * step;
}

/** The bytes are ours, so a browser may show them; and never change. Nobody but the browser may keep them: whoever has the URL has the image. */
function grantOf(row: ImageRow, variant: VariantRecord, lifetime: number) {
  return {
    key: variantKey(row.object_key, variant),
    contentType: typeOf(variant),
    contentDisposition: 'inline',
    cacheControl: `private, max-age=${lifetime}, immutable`,
  };
}

function typeOf({ format }: VariantRecord): string {
  return `image/${format}`;
}
