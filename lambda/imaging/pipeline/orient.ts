import type { Decoded } from './decoded';

/**
 * Applies the EXIF orientation, in the colour space that the conversion starts from. An animation has no orientation:
 * players show its frames as they are stored.
 */
export function orient(decoded: Decoded): Decoded {
  const { animated, colours, openFirstFrame, openFrames } = decoded;
  return {
    ...decoded,
    openFirstFrame: () => (animated ? openFirstFrame() : openFirstFrame().autoOrient()).toColourspace(colours.space),
    openFrames: range => openFrames(range).toColourspace('srgb'),
  };
}
