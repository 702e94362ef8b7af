import type { ImageRecord, Status } from '../../../src/contract';
import { ID, keyOf } from '../domain/stored-image';

/** A record with each attribute that events must not show. */
export function buildRecord(status: Status, more: Partial<ImageRecord> = {}): ImageRecord {
  return {
    image_id: ID,
    owner: 'alice',
    updated_at: '2026-11-30T10:15:30.123Z',
    status,
    version: 2,
    object_key: keyOf(ID),
    url_until: 1_764_497_730_000,
    content_type: 'image/png',
    size: 8,
    filename: 'canary-file-name.png',
    tags: ['canary-tag'],
    ...more,
  };
}

export const READY = buildRecord('ready', {
  version: 3,
  width: 4032,
  height: 3024,
  format: 'jpeg',
  animated: false,
  placeholder: { thumbhash: 'canary-thumbhash', color: '#7a8b9c' },
  checksum_sha256: 'canary-checksum',
  variants: [
    { name: 'thumb', format: 'avif', width: 320, height: 240, size: 15_320, settings: 'a1' },
    { name: 'large', format: 'webp', width: 2048, height: 1536, settings: 'b2' },
  ],
});
