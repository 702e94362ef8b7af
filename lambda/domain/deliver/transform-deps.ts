import type { Leases } from './ports';
import type { Deps, Imaging, RejectionCache } from '../ports';

/** Everything that a variant is made through when somebody asks for it. */
export interface TransformDeps extends Pick<Deps, 'objects' | 'clock' | 'logger' | 'cdn'> {
  /** Images' records are none of its business to write, nor granted. */
  readonly table: Pick<Deps['table'], 'get'>;
  readonly imaging: Imaging;
  readonly rejectionCache: RejectionCache;
  readonly leases: Leases;
  /** How long a function may work (milliseconds). */
  readonly leaseMs: number;
}
