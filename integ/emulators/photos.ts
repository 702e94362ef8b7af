/** An image that a spec uploads before a redeploy and must find after it. */
export interface Photo {
  readonly imageId: string;
  readonly sha256: string;
  /** The others only begin as images do. */
  readonly isReal: boolean;
}

export interface Ledger {
  readonly user: string;
  readonly photos: readonly Photo[];
}

export const PHOTO_COUNT = 100;

/** As many of them are real. */
export const REAL_COUNT = 2;
