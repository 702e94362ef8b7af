/** Files made by hand, as small as each format allows. Fields that readers ignore are absent or zero. */

export function hex(digits: string): Buffer {
  return Buffer.from(digits.replace(/ /g, ''), 'hex');
}

export function be16(...values: number[]): Buffer {
  return Buffer.concat(values.map(value => { const at = Buffer.alloc(2); at.writeUInt16BE(value); return at; }));
}

export function be32(...values: number[]): Buffer {
  return Buffer.concat(values.map(value => { const at = Buffer.alloc(4); at.writeUInt32BE(value); return at; }));
}

export function le(bytes: 2 | 3 | 4, ...values: number[]): Buffer {
  return Buffer.concat(
    values.map(value => { const at = Buffer.alloc(bytes); at.writeUIntLE(value, 0, bytes); return at; }),
  );
}

// JPEG

export function segment(marker: number, ...content: Buffer[]): Buffer {
  const all = Buffer.concat(content);
  return Buffer.concat([Buffer.from([0xff, marker]), be16(all.length + 2), all]);
}

export function sof(width: number, height: number, marker = 0xc0): Buffer {
  return segment(marker, hex('08'), be16(height, width), hex('01 01 11 00'));
}

export function scan(...data: Buffer[]): Buffer {
  return Buffer.concat([segment(0xda, hex('01 01 00 00 3f 00')), ...data]);
}

export function jpeg(...parts: Buffer[]): Buffer {
  return Buffer.concat([hex('ffd8'), ...parts, hex('ffd9')]);
}

// PNG

export function chunk(name: string, ...content: Buffer[]): Buffer {
  const all = Buffer.concat(content);
  return Buffer.concat([be32(all.length), Buffer.from(name, 'latin1'), all, hex('00000000')]);
}

export function png(width: number, height: number, ...chunks: Buffer[]): Buffer {
  const ihdr = chunk('IHDR', be32(width, height), hex('08 02 00 00 00'));
  return Buffer.concat([hex('89504e470d0a1a0a'), ihdr, ...chunks, chunk('IEND')]);
}

// GIF

export function frame(left: number, top: number, width: number, height: number, flags = 0): Buffer {
  const table = flags < 0x80 ? 0 : 3 * 2 ** (flags % 8 + 1);
  return Buffer.concat([
    hex('2c'), le(2, left, top, width, height), Buffer.from([flags]), Buffer.alloc(table, 0x2c), hex('02 02 8451 00'),
  ]);
}

/** With a colour table of two. */
export function gif(width: number, height: number, ...blocks: Buffer[]): Buffer {
  return Buffer.concat([
    Buffer.from('GIF89a'), le(2, width, height), hex('80 00 00 2c2c2c 2c2c2c'), ...blocks, hex('3b'),
  ]);
}

// WebP

export function riff(name: string, ...content: Buffer[]): Buffer {
  const all = Buffer.concat(content);
  return Buffer.concat([Buffer.from(name, 'latin1'), le(4, all.length), all, Buffer.alloc(all.length % 2)]);
}

export function webp(...chunks: Buffer[]): Buffer {
  return riff('RIFF', Buffer.from('WEBP'), ...chunks);
}

export function lossy(width: number, height: number): Buffer {
  return riff('VP8 ', hex('100000 9d012a'), le(2, width, height));
}

export function lossless(width: number, height: number): Buffer {
  return riff('VP8L', hex('2f'), le(4, width - 1 + (height - 1) * 2 ** 14));
}

export function canvas(width: number, height: number): Buffer {
  return riff('VP8X', hex('02 000000'), le(3, width - 1, height - 1));
}

export function anmf(x: number, y: number, width: number, height: number): Buffer {
  return riff('ANMF', le(3, x / 2, y / 2, width - 1, height - 1), hex('640000 00'), lossless(width, height));
}

// ISO base media

export function box(name: string, ...content: Buffer[]): Buffer {
  const all = Buffer.concat(content);
  return Buffer.concat([be32(all.length + 8), Buffer.from(name, 'latin1'), all]);
}

export function fullBox(name: string, version: number, ...content: Buffer[]): Buffer {
  return box(name, Buffer.from([version, 0, 0, 0]), ...content);
}

export const FTYP = box('ftyp', Buffer.from('avif\0\0\0\0avifmif1'));

export function ispe(width: number, height: number): Buffer {
  return fullBox('ispe', 0, be32(width, height));
}

/** Item 1 is the primary one and has the first property, item 2 the second, and so on. */
export function meta(properties: Buffer[], references: Buffer[] = [], primary = 1): Buffer {
  const ipma = fullBox(
    'ipma',
    0,
    be32(properties.length),
    ...properties.map((_, i) => Buffer.concat([be16(i + 1), Buffer.from([1, 0x81 + i])])),
  );
  return fullBox('meta', 0,
    fullBox('pitm', 0, be16(primary)),
    box('iprp', box('ipco', ...properties), ipma),
    ...references.length > 0 ? [fullBox('iref', 0, ...references)] : []);
}

export function reference(name: 'dimg' | 'auxl' | 'thmb', from: number, ...to: number[]): Buffer {
  return box(name, be16(from, to.length, ...to));
}

export function track(handler: string, width: number, height: number, samples: number): Buffer {
  const entry = box('av01', Buffer.alloc(24), be16(width, height), Buffer.alloc(50));
  return box('trak', box('mdia',
    fullBox('hdlr', 0, be32(0), Buffer.from(handler, 'latin1'), Buffer.alloc(13)),
    box('minf', box('stbl', fullBox('stsd', 0, be32(1), entry), fullBox('stsz', 0, be32(0, samples))))));
}

export function heif(...parts: Buffer[]): Buffer {
  return Buffer.concat([FTYP, ...parts]);
}
