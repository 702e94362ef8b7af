import type { Invalidation } from '../../../src/contract';

/** How the API hands out variants. */
export type Delivery = PresignedDelivery | CdnDelivery | SignedDelivery;

export interface PresignedDelivery {
  readonly mode: 'presigned';
}

export interface CdnDelivery {
  readonly mode: 'anyone';
  /** Where the CDN is, without a slash at its end. */
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
   * Signs a policy. The same policy has the same signature for as long as the key is the same: URLs stay what they are. Throws `TryAgain` where
   * the key cannot be had.
   */
  sign(policy: string): Promise<CdnSignature>;
}

export interface CdnSignature {
  readonly signature: Uint8Array;
  readonly keyId: string;
}

/** The CDN as those meet it who delete: it hears of it later, at least once. */
export interface Cdn {
  invalidate(invalidation: Invalidation): Promise<void>;
}

/** CloudFront itself. */
export interface Distribution {
  /** False where it takes no more for now. */
  invalidate(paths: readonly string[]): Promise<boolean>;
}

/** Who makes what is missing. Nothing but a saving hangs on it. */
export interface Leases {
  /** Ours until then (epoch milliseconds); undefined where somebody else has it. */
  take(id: string, until: number): Promise<Lease | undefined>;
}

export interface Lease {
  /** Gives it back, if it still is ours. */
  release(): Promise<void>;
}
