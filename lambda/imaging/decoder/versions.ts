/** Of what decodes, each with its libraries inside. Known without loading them, which the handler never does; a test holds this to what is installed. */
export const DECODERS = { 'sharp': '0.35.5', 'libheif-js': '1.23.2', 'dav1d': '1.5.4' } as const;
