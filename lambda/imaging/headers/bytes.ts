import { INTACT_COPY, explainRejection } from '../../domain/explain-rejection';
import { RejectionError } from '../rejection-error';

/**
 * Four characters that name a chunk or box, as the number that `u32` reads: comparing strings costs seconds in a file
 * of nothing but empty boxes.
 */
export function encodeFourcc(name: string): number {
  return Buffer.from(name, 'latin1').readUInt32BE();
}

/** Limit of boxes and their entries in a whole file. Decoders stop far earlier, and files of cameras have far fewer. */
const MAX_ENTRIES = 100_000;

/** A file's bytes. Numbers are big-endian unless the name says otherwise, and nothing is read behind the end. */
export class Bytes {
  private entries = 0;

  constructor(readonly raw: Uint8Array, private readonly format: string) {}

  get length(): number {
    return this.raw.length;
  }

  holds(at: number, count: number): boolean {
    return at + count <= this.raw.length;
  }

  readU8(at: number): number {
    this.requireBytes(at, 1);
    return this.raw[at];
  }

  readU16(at: number): number {
    this.requireBytes(at, 2);
    return this.raw[at] * 2 ** 8 + this.raw[at + 1];
  }

  readU16le(at: number): number {
    this.requireBytes(at, 2);
    return this.raw[at] + this.raw[at + 1] * 2 ** 8;
  }

  readU24le(at: number): number {
    return this.readU16le(at) + this.readU8(at + 2) * 2 ** 16;
  }

  readU32(at: number): number {
    return this.readU16(at) * 2 ** 16 + this.readU16(at + 2);
  }

  /** Of 0, 1, 2, 4 or 8 bytes. */
  readUint(at: number, size: number): number {
    this.requireBytes(at, size);
    let value = 0;
    for (let i = 0; i < size; i++) value = value * 2 ** 8 + this.raw[at + i];
    return value;
  }

  /** Of an item or a track: 16 bits, or 32 in the wide form of its box. */
  readId(at: number, isWide: boolean): number {
    return isWide ? this.readU32(at) : this.readU16(at);
  }

  readU32le(at: number): number {
    return this.readU16le(at) + this.readU16le(at + 2) * 2 ** 16;
  }

  /** Called before so many entries are read or kept. */
  count(entries: number): void {
    this.entries += entries;
    if (this.entries > MAX_ENTRIES) throw this.createCorruptError(`its header has more than ${MAX_ENTRIES} entries`);
  }

  /** The words of every verdict on a header. `why` is ours, never of the file. */
  createCorruptError(why: string): RejectionError {
    return new RejectionError(
      'CORRUPT', explainRejection(`The upload cannot be read as ${this.format}: ${why}`, INTACT_COPY),
    );
  }

  private requireBytes(at: number, count: number): void {
    if (!this.holds(at, count)) throw this.createCorruptError('it ends in the middle of its header');
  }
}
