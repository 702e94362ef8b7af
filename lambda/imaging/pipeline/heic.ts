import { readFileSync } from 'node:fs';
import createLibheif, { type heif_image_handle, type MainModule } from 'libheif-js/libheif-wasm/libheif';
import sharp, { type Sharp } from 'sharp';
import { readColours, type Colours } from './colour/source';
import { createCorruptError, rejectIfCorrupt } from './corrupt';
import type { Decoded } from './decoded';
import type { Header } from '../header';

interface Plane {
  readonly data: Uint8Array;
  readonly stride: number;
}

interface Pixels {
  readonly code?: unknown;
  readonly width: number;
  readonly height: number;
  readonly channels: readonly [Plane];
}

interface RawPixels {
  readonly width: number;
  readonly height: number;
  readonly channels: 3 | 4;
  readonly data: Uint8Array | Uint16Array;
}

/** A pointer of embind that JavaScript may hold. */
interface Handle extends heif_image_handle {
  readonly $$: { readonly ptr: number };
}

declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: unknown) => { readonly exports: unknown };
};

/** Of `heif_color_profile_type`: an ICC profile, restricted or not. */
const ICC_PROFILES = ['prof', 'rICC'].map(name => Buffer.from(name, 'latin1').readUInt32BE());

let library: Uint8Array | undefined;
let compiled: object | undefined;

/**
 * sharp's binaries have no HEVC. libheif turns the image upright itself. Each image has an instance of its own: its
 * memory never shrinks, and the effects of a hostile file end with the image.
 */
export async function decodeHeic(bytes: Uint8Array, header: Header): Promise<Decoded> {
  return rejectIfCorrupt(read(instantiate(), bytes, header));
}

async function read(libheif: MainModule, bytes: Uint8Array, header: Header): Promise<Decoded> {
  const handle = openPrimaryImage(libheif, bytes);
  const decoding = { icc: readIccProfile(libheif, handle), space: 'srgb', depth: 'uchar', bitsPerSample: 8 } as const;
  const colours = readColours(bytes, header, decoding);
  const bits = libheif._heif_image_handle_get_luma_bits_per_pixel(handle.$$.ptr);
  if (!colours.isHdr || bits <= 8) return buildDecoded(decodePixels(libheif, handle, false), colours);
  const pixels = decodePixels(libheif, handle, true);
  return buildDecoded(
    fillDepth(pixels, bits), readColours(bytes, header, { ...decoding, depth: 'ushort', bitsPerSample: bits }),
  );
}

function buildDecoded({ data, ...raw }: RawPixels, colours: Colours): Decoded {
  const { width, height } = raw;
  const openFirstFrame = (): Sharp => sharp(data, { raw });
  return { width, height, animated: false, openFirstFrame, openFrames: openFirstFrame, colours };
}

/** To the upper end of 16 bits, where sharp expects the largest value. */
function fillDepth({ data, ...size }: RawPixels, bits: number): RawPixels {
  const deep = new Uint16Array(data.buffer, data.byteOffset, data.byteLength / 2);
  for (let i = 0; i < deep.length; i++) deep[i] *= 2 ** (16 - bits);
  return { ...size, data: deep };
}

/**
 * A decoder reads it while it can still open files (4 ms). Compiling takes 37 ms and waits for the first HEIC. The
 * library's files stay outside of the bundle, where they can be replaced.
 */
export function readLibrary(): Uint8Array {
  return library ??= readFileSync(require.resolve('libheif-js/libheif-wasm/libheif.wasm'));
}

function instantiate(): MainModule {
  const module = compiled ??= new WebAssembly.Module(readLibrary());
  const instantiateWasm = (imports: unknown, done: (instance: object, module: object) => void): unknown => {
    const instance = new WebAssembly.Instance(module, imports);
    done(instance, module);
    return instance.exports;
  };
  return createLibheif({ instantiateWasm });
}

function openPrimaryImage(libheif: MainModule, bytes: Uint8Array): Handle {
  const context = libheif.heif_context_alloc();
  // The binding takes bytes too, where its types have only strings.
  const { code } = libheif.heif_context_read_from_memory(context, bytes as unknown as string);
  if (code !== libheif.heif_error_code.heif_error_Ok) throw createCorruptError();
  const handle = libheif.heif_js_context_get_primary_image_handle(context);
  if (!handle || handle.code) throw createCorruptError();
  return handle;
}

function decodePixels(libheif: MainModule, handle: Handle, isDeep: boolean): RawPixels {
  const channels = libheif.heif_image_handle_has_alpha_channel(handle) ? 4 : 3;
  const { heif_chroma_interleaved_RGB: rgb, heif_chroma_interleaved_RGBA: rgba } = libheif.heif_chroma;
  const {
    heif_chroma_interleaved_RRGGBB_LE: deepRgb, heif_chroma_interleaved_RRGGBBAA_LE: deepRgba,
  } = libheif.heif_chroma;
  const [opaque, transparent] = isDeep ? [deepRgb, deepRgba] : [rgb, rgba];
  const pixels: Pixels = libheif.heif_js_decode_image2(
    handle, libheif.heif_colorspace.heif_colorspace_RGB, channels === 4 ? transparent : opaque,
  );
  if (!pixels || pixels.code) throw createCorruptError();
  const { width, height, channels: [plane] } = pixels;
  return { width, height, channels, data: removePadding(plane, width * channels * (isDeep ? 2 : 1), height) };
}

/** Rows are padded in the decoder's memory. Without padding they are read from there. */
function removePadding({ data, stride }: Plane, rowLength: number, height: number): Buffer {
  const padded = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  if (stride === rowLength) return padded.subarray(0, rowLength * height);
  return Buffer.concat(
    Array.from({ length: height }, (_, row) => padded.subarray(row * stride, row * stride + rowLength)),
  );
}

function readIccProfile(libheif: MainModule, { $$: { ptr } }: Handle): Buffer | undefined {
  if (!ICC_PROFILES.includes(libheif._heif_image_handle_get_color_profile_type(ptr))) return undefined;
  const length = libheif._heif_image_handle_get_raw_color_profile_size(ptr);
  const [error, profile] = [libheif._malloc(12), libheif._malloc(length)];
  libheif._heif_image_handle_get_raw_color_profile(error, ptr, profile);
  return Buffer.from(libheif.HEAPU8.slice(profile, profile + length));
}
