/** A file of the corpus: its verdict and kind as in the manifest. */
export interface MadeFile {
  readonly name: string;
  readonly verdict: 'must_accept' | 'must_reject_corrupt' | 'must_reject_type' | 'must_reject_limit' | 'heic';
  readonly kind: string;
  readonly bytes: Buffer;
}
