import sharp from 'sharp';

/** The stored order of pixels with which each EXIF orientation shows them upright. */
export async function makeOrientedJpeg(upright: Buffer, orientation: number): Promise<Buffer> {
  const turns: Record<number, (image: sharp.Sharp) => sharp.Sharp> = {
    1: image => image,
    2: image => image.flop(),
    3: image => image.rotate(180),
    4: image => image.flip(),
    6: image => image.rotate(270),
    8: image => image.rotate(90),
  };
  // 5 and 7 are transpositions, in two steps: sharp has its own order.
  const turned = orientation === 5 ? await sharp(upright).rotate(90).png().toBuffer()
    : orientation === 7 ? await sharp(upright).rotate(270).png().toBuffer() : upright;
  const image = orientation === 5 || orientation === 7 ? sharp(turned).flop() : turns[orientation](sharp(turned));
  return addOrientation(await image.jpeg({ quality: 95, chromaSubsampling: '4:4:4' }).toBuffer(), orientation);
}

/** Adds an APP1 segment that holds only the tag 0x0112 (Exif 2.32, section 4.6.4). */
function addOrientation(jpeg: Buffer, orientation: number): Buffer {
  const entry = Buffer.from([0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0]);
  const tiff = Buffer.concat([Buffer.from('MM\0*\0\0\0\x08\0\x01', 'latin1'), entry, Buffer.alloc(4)]);
  const body = Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), tiff]);
  return Buffer.concat([jpeg.subarray(0, 2), Buffer.from([0xff, 0xe1, 0, body.length + 2]), body, jpeg.subarray(2)]);
}
