import type { Decoded } from './decoded';

/** Turned as its EXIF orientation says, in the space that its colours are converted from. An animation has no orientation: players show its frames as they are stored. */
export function orient(decoded: Decoded): Decoded {
  const { animated, colours, firstFrame, allFrames } = decoded;
  return {
    ...decoded,
    firstFrame: () => (animated ? firstFrame() : firstFrame().autoOrient()).toColourspace(colours.space),
    allFrames: range => allFrames(range).toColourspace('srgb'),
  };
}
