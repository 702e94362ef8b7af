/** The parts that the demo uses: the package has no types for this entry. */
declare module 'libheif-js/wasm-bundle' {
  interface Pixels {
    readonly data: Uint8ClampedArray;
    readonly width: number;
    readonly height: number;
  }

  interface Image {
    get_width(): number;
    get_height(): number;
    display(target: Pixels, done: (shown: Pixels | null) => void): void;
  }

  const libheif: { readonly HeifDecoder: new () => { decode(bytes: Uint8Array): Image[] } };
  export default libheif;
}
