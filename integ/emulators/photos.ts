/** An image that a spec uploads before a redeploy and must find after it. */
export interface Photo {
  readonly imageId: string;
  readonly sha256: string;
  /** False for bytes that only begin like an image. */
  readonly isReal: boolean;
}

export interface Ledger {
  readonly user: string;
  readonly photos: readonly Photo[];
}

export const PHOTO_COUNT = 100;

/** Number of real images among them. */
export const REAL_COUNT = 2;
