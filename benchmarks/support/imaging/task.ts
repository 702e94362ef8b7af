import type { VariantDefinition, VariantFormat } from '../../../src/contract';

/** The task of one sampler process; the sampler measures only the work. */
export interface ImagingTask {
  readonly how: 'ours' | 'bound' | 'shrink on load' | ImagingPeer;
  readonly photo: string;
  readonly sides: readonly number[];
  readonly formats: readonly LossyFormat[];
  /** The folder for outputs, as `<side>.<format>`; by default no output is written. */
  readonly folder?: string;
}

/** Each has its own sampler: our settings of sharp apply to the whole process. */
const PEERS = ['naive', 'dit', 'ipx'] as const;
export type ImagingPeer = typeof PEERS[number];

export function isPeer(how: ImagingTask['how']): how is ImagingPeer {
  return PEERS.some(peer => peer === how);
}

export type LossyFormat = Exclude<VariantFormat, 'png'>;

export interface ImagingResult {
  readonly micros: number;
  /** The sum over all outputs. */
  readonly bytes: number;
  /** Bytes of EXIF and XMP among them: cameras write their location there. */
  readonly cameraBytes: number;
}

export const SIDES = [1600, 800, 320, 96];
export const FORMATS: readonly LossyFormat[] = ['avif', 'webp', 'jpeg'];

/** The longer edge bounds an output, as in the service's own variants. */
export function defineVariant(side: number, formats: readonly LossyFormat[]): VariantDefinition {
  return {
    name: String(side),
    width: side,
    height: side,
    fit: 'inside',
    formats,
    generation: 'eager',
    animated: false,
  };
}
