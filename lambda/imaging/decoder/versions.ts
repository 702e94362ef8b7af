/**
 * Versions of the decoding libraries. The handler reads them here, since it never loads the libraries; a test compares
 * them with the installed versions.
 */
export const DECODERS = { 'sharp': '0.35.5', 'libheif-js': '1.23.2', 'dav1d': '1.5.4' } as const;
