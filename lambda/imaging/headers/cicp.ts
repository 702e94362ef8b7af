/** Code points of ITU-T H.273: the colours of a video signal, an AVIF, a HEIC or a PNG. */
export interface Cicp {
  readonly primaries: number;
  readonly transfer: number;
  readonly matrix: number;
  readonly fullRange: boolean;
}
