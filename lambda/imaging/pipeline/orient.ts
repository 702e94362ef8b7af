import type { Decoded } from './decode';

/** Turned as its EXIF orientation says, and in sRGB. An animation has no orientation: players show its frames as they are stored. */
export function orient(decoded: Decoded): Decoded {
  const { animated, firstFrame, allFrames } = decoded;
  return {
    ...decoded,
    firstFrame: () => (animated ? firstFrame() : firstFrame().autoOrient()).toColourspace('srgb'),
    allFrames: () => allFrames().toColourspace('srgb'),
  };
}
