import type { CodedImage } from './av1-files';

/** The one coded image of a HEIC. Its first `iloc` entry has one extent. */
export function readHevc(heic: Buffer): CodedImage {
  const [config, extent] = ['hvcC', 'ispe'].map(name => readContent(heic, name));
  const iloc = heic.indexOf('iloc');
  const version = heic[iloc + 4];
  const at = iloc + 4 + 8 + (version > 0 ? 2 : 0) + 2;
  const baseSize = Math.floor(heic[iloc + 9] / 16);
  const base = baseSize === 4 ? heic.readUInt32BE(at + 2) : 0;
  const start = base + heic.readUInt32BE(at + 2 + baseSize + 2);
  const length = heic.readUInt32BE(at + 2 + baseSize + 6);
  return {
    width: extent.readUInt32BE(4),
    height: extent.readUInt32BE(8),
    config,
    data: heic.subarray(start, start + length),
  };
}

function readContent(file: Buffer, name: string): Buffer {
  const at = file.indexOf(name);
  return file.subarray(at + 4, at - 4 + file.readUInt32BE(at - 4));
}
