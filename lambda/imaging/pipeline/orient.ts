import type { Decoded } from './decoded';

/** Turned as its EXIF orientation says, in the space that its colours are converted from. An animation has no orientation: players show its frames as they are stored. */
export function orient(decoded: Decoded): Decoded {
  const { animated, colours, openFirstFrame, openFrames } = decoded;
  return {
    ...decoded,
    openFirstFrame: () => (animated ? openFirstFrame() : openFirstFrame().autoOrient()).toColourspace(colours.space),
    openFrames: range => openFrames(range).toColourspace('srgb'),
  };
}
