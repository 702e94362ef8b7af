import type { Invalidation } from '../../../src/contract';

/** How the API delivers variants. */
export type Delivery = PresignedDelivery | CdnDelivery | SignedDelivery;

export interface PresignedDelivery {
  readonly mode: 'presigned';
}

export interface CdnDelivery {
  readonly mode: 'anyone';
  /** Origin and path of the CDN, without a slash at its end. */
  readonly baseUrl: string;
}

export interface SignedDelivery {
  readonly mode: 'signed';
  readonly baseUrl: string;
  readonly urlTtlSeconds: number;
  /** `Domain` of cookies; without one they are for the API's own host. */
  readonly cookieDomain?: string;
  readonly signer: CdnSigner;
}

export interface CdnSigner {
  /**
   * Signs a policy. The same policy has the same signature as long as the key is the same, so URLs stay the same.
   * Throws `TryAgain` if the key is unavailable.
   */
  sign(policy: string): Promise<CdnSignature>;
}

export interface CdnSignature {
  readonly signature: Uint8Array;
  readonly keyId: string;
}

/** The CDN, for deletes: it receives each invalidation later, at least once. */
export interface Cdn {
  invalidate(invalidation: Invalidation): Promise<void>;
}

/** CloudFront itself. */
export interface Distribution {
  /** False if it accepts no more for now. */
  invalidate(paths: readonly string[]): Promise<boolean>;
}

/** Limits how many requests make the same variant. Optimization only; correctness does not need the lease. */
export interface Leases {
  /** Ours until then (epoch milliseconds); undefined if another holder has it. */
  take(id: string, until: number): Promise<Lease | undefined>;
}

export interface Lease {
  /** Ends the lease, if it is still ours. */
  release(): Promise<void>;
}
