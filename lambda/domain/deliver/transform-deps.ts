import type { Leases } from './ports';
import type { Deps, Imaging, RejectionCache } from '../ports';

/** Dependencies of variants that are made on demand. */
export interface TransformDeps extends Pick<Deps, 'objects' | 'clock' | 'logger' | 'onRecord' | 'cdn'> {
  /** This function may read records, but not write them, and has no such permission. */
  readonly table: Pick<Deps['table'], 'get'>;
  readonly imaging: Imaging;
  readonly rejectionCache: RejectionCache;
  readonly leases: Leases;
  /** The longest that a function may run (milliseconds). */
  readonly leaseMs: number;
}
