/** A decoder's answer for a PNG of one pixel without variants. */
export const PIXEL = {
  width: 1,
  height: 1,
  format: 'png',
  animated: false,
  placeholder: { thumbhash: 'AAAAAAA=', color: '#000000' },
  variants: [],
};
