import { buildConversion, type Quantization } from './conversion';
import { createAv1Library, type Library } from './library';
import { placeView } from './view';
import type { Cicp } from '../headers/cicp';
import { computeView, type View } from '../heif/transforms';

export interface StreamOptions {
  /** More is an error before anything is allocated. */
  readonly maxPixels: number;
  readonly operatingPoint?: number;
  /** A spatial layer; without it the highest of the operating point. */
  readonly layer?: number;
}

/** Facts of the last picture of a stream. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly depth: number;
  readonly isGrey: boolean;
  /** Of the AV1 sequence header. A container can say otherwise. */
  readonly cicp: Cicp;
}

export interface Pixels {
  readonly data: Buffer;
  readonly width: number;
  readonly height: number;
  readonly channels: 3 | 4;
}

export interface RenderOptions {
  /** Overrides the sequence header. */
  readonly cicp?: Cicp;
  readonly isPremultiplied?: boolean;
  /** 16 bits for each channel instead of 8. */
  readonly isDeep?: boolean;
  /** All of the picture, as it is stored, if absent. */
  readonly view?: View;
  /** Squares of so many pixels become one, by their mean. */
  readonly shrink?: number;
}

/** Of `Dav1dPixelLayout`. */
const GREY = 0;

const FACTS = ['width', 'height', 'depth', 'layout', 'primaries', 'transfer', 'matrix', 'range'] as const;

/** Decodes the AV1 streams of one image: colours, and alpha where it has one. */
export class Av1Decoder {
  private readonly library: Library = createAv1Library();
  private readonly conversion = this.allocate(15 * Float32Array.BYTES_PER_ELEMENT);
  private readonly view = this.allocate(8 * Int32Array.BYTES_PER_ELEMENT);
  private output = { pointer: 0, size: 0 };

  open({ maxPixels, operatingPoint = 0, layer = -1 }: StreamOptions): number {
    return requirePointer(this.library.openStream(operatingPoint, layer, maxPixels));
  }

  /** Decodes the next sample and keeps its last picture. Throws if the sample has no picture. */
  decode(stream: number, sample: Uint8Array): void {
    const bytes = this.allocate(sample.length);
    new Uint8Array(this.library.memory.buffer, bytes, sample.length).set(sample);
    const pictures = this.library.decodeSample(stream, bytes, sample.length);
    this.library.release(bytes);
    if (pictures < 1) throw new Error('a sample must have a picture');
  }

  readPicture(stream: number): Picture {
    const [width, height, depth, layout, primaries, transfer, matrix, range] = FACTS.map(
      (_, fact) => this.library.pictureFact(stream, fact),
    );
    return {
      width,
      height,
      depth,
      isGrey: layout === GREY,
      cicp: { primaries, transfer, matrix, fullRange: range === 1 },
    };
  }

  /** Its data is in the decoder's memory, and the next call overwrites it. All pictures of an image have one size. */
  render(
    colour: number,
    alpha: number | undefined,
    { cicp, isPremultiplied = false, isDeep = false, view, shrink = 1 }: RenderOptions = {},
  ): Pixels {
    const { depth, cicp: coded, ...picture } = this.readPicture(colour);
    const { width, height, numbers } = placeView(view ?? computeView([], picture)!, shrink);
    const channels = alpha === undefined ? 3 : 4;
    const size = width * height * channels * (isDeep ? 2 : 1);
    const output = this.reserveOutput(size);
    const conversion = buildConversion(
      cicp ?? coded, depth, alpha === undefined ? undefined : this.readQuantization(alpha),
    );
    new Float32Array(this.library.memory.buffer, this.conversion, conversion.length).set(conversion);
    new Int32Array(this.library.memory.buffer, this.view, numbers.length).set(numbers);
    requirePointer(this.library.render(
      colour, alpha ?? 0, this.conversion, this.view, Number(isPremultiplied), Number(isDeep), output,
    ));
    return { data: Buffer.from(this.library.memory.buffer, output, size), width, height, channels };
  }

  private reserveOutput(size: number): number {
    if (this.output.size === 0) this.output = { pointer: this.allocate(size), size };
    if (this.output.size !== size) throw new Error('all pictures of an image must have one size');
    return this.output.pointer;
  }

  private readQuantization(stream: number): Quantization {
    const { depth, cicp } = this.readPicture(stream);
    return { depth, fullRange: cicp.fullRange };
  }

  private allocate(size: number): number {
    return requirePointer(this.library.allocate(size));
  }
}

function requirePointer(pointer: number): number {
  if (pointer === 0) throw new Error('the decoder ran out of memory, or its pictures differ in size');
  return pointer;
}
