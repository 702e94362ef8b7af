import { readFileSync } from 'node:fs';

interface HeifImage {
  get_width(): number;
  get_height(): number;
  display(into: { data: Uint8ClampedArray; width: number; height: number }, done: (made: unknown) => void): void;
}

/** The pipeline uses another interface of this package. This one has no types. */
// eslint-disable-next-line @typescript-eslint/no-require-imports
const { HeifDecoder } = require('libheif-js/wasm-bundle') as {
  HeifDecoder: new () => { decode(bytes: Buffer): HeifImage[] };
};

/** Decodes a file with libheif alone. Prints the size of the image, or nothing. */
async function main(path: string): Promise<void> {
  const [image] = new HeifDecoder().decode(readFileSync(path));
  if (!image) return;
  const [width, height] = [image.get_width(), image.get_height()];
  const pixels = { data: new Uint8ClampedArray(width * height * 4), width, height };
  await new Promise<void>(
    (resolve, reject) => image.display(pixels, made => made ? resolve() : reject(new Error('no pixels'))),
  );
  console.log(JSON.stringify({ width, height }));
}

void main(process.argv[2]).catch(() => process.exit(1));
