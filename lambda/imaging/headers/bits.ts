import type { Bytes } from './bytes';

/**
 * A range of a file, read from the highest bit of its first byte on. Behind the end of the file it throws, as `Bytes`
 * does.
 */
export class Bits {
  private at: number;

  constructor(private readonly bytes: Bytes, start: number) {
    this.at = start * 8;
  }

  readFlag(): boolean {
    return this.read(1) === 1;
  }

  read(count: number): number {
    let value = 0;
    for (let i = 0; i < count; i++, this.at++) {
      value = value * 2 + Math.floor(this.bytes.readU8(Math.floor(this.at / 8)) / 2 ** (7 - this.at % 8)) % 2;
    }
    return value;
  }

  /** The next whole byte. */
  findNextByte(): number {
    return Math.ceil(this.at / 8);
  }

  skip(count: number): void {
    this.at += count;
  }

  /** `uvlc()` of AV1, section 4.10.3: as many zeros as bits follow the first one. */
  skipVariableLength(): void {
    let zeros = 0;
    while (zeros < 32 && !this.readFlag()) zeros++;
    if (zeros < 32) this.skip(zeros);
  }
}
