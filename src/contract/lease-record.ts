/**
 * A lease on a missing variant: its holder makes the variant and others wait. `image_id` is
 * `<image_id>#lease:<name>.<ext>`. Optimization only; correctness does not need the lease. If it ends early, another
 * request makes the same variant.
 */
export interface LeaseRecord {
  readonly image_id: string;
  /** Unique id of this holder. */
  readonly holder: string;
  /** Epoch milliseconds. */
  readonly lease_until: number;
  /** Epoch seconds. */
  readonly expires_at: number;
}

export function buildLeaseId(imageId: string, file: string): string {
  return `${imageId}#lease:${file}`;
}

/**
 * A slot is a lease (`LeaseRecord`) on one of the workers that an owner may occupy at once. `image_id` is
 * `slot#<owner>#<number>`. `<owner>` is a hash, so that no key names a user.
 */
export const SLOT_PREFIX = 'slot#';

export function buildSlotId(owner: string, number: number): string {
  return `${SLOT_PREFIX}${owner}#${number}`;
}
