/** What was uploaded before a redeploy and must be found after it. */
export interface Photo {
  readonly imageId: string;
  readonly sha256: string;
}

export interface Ledger {
  readonly user: string;
  readonly photos: readonly Photo[];
}

export const PHOTO_COUNT = 100;
