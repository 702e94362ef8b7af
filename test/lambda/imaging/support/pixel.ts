/** What a decoder says of a PNG of one pixel, of which no variants are wanted. */
export const PIXEL = { width: 1, height: 1, format: 'png', animated: false, placeholder: { thumbhash: 'AAAAAAA=', color: '#000000' }, variants: [] };
