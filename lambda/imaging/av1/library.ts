import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The exports of av1.wasm. Pointers and sizes are numbers. */
export interface Library {
  readonly memory: { readonly buffer: ArrayBuffer };
  readonly _initialize: () => void;
  readonly allocate: (size: number) => number;
  readonly release: (pointer: number) => void;
  readonly openStream: (operatingPoint: number, layer: number, maxPixels: number) => number;
  readonly decodeSample: (stream: number, bytes: number, size: number) => number;
  readonly pictureFact: (stream: number, fact: number) => number;
  readonly render: (
    colour: number, alpha: number, conversion: number, view: number, isPremultiplied: number, isDeep: number, to: number
  ) => number;
}

declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: unknown };
};

let file: Uint8Array | undefined;
let compiled: object | undefined;

/** A decoder reads the file while it still can open files. Compiling waits for the first image that needs it. */
export function readAv1Library(): Uint8Array {
  return file ??= readFileSync(join(__dirname, 'av1.wasm'));
}

/** An instance for one image: its memory never shrinks, and the effects of a hostile file end with the image. */
export function createAv1Library(): Library {
  const module = compiled ??= new WebAssembly.Module(readAv1Library());
  const library = new WebAssembly.Instance(module, {}).exports as Library;
  library._initialize();
  return library;
}
