import { SNIFF_BYTES } from '../../../../lambda/domain/verdict';
import { sniff } from '../../../../lambda/imaging/sniff';
import { readCorpus } from '../../../support/corpus';

const ftyp = (major: string, ...compatible: string[]) => {
  const size = Buffer.alloc(4);
  size.writeUInt32BE(16 + compatible.length * 4);
  return Buffer.concat([
    size, Buffer.from(`ftyp${major}\0\0\0\0${compatible.join('')}`, 'latin1'), Buffer.from('....meta'),
  ]);
};

describe('sniff', () => {
  test.each([
    ['JPEG', Buffer.from('ffd8ffe0', 'hex'), 'image/jpeg'],
    ['PNG', Buffer.from('89504e470d0a1a0a', 'hex'), 'image/png'],
    ['GIF87a', Buffer.from('GIF87a'), 'image/gif'],
    ['GIF89a', Buffer.from('GIF89a'), 'image/gif'],
    ['WebP', Buffer.from('RIFF\x10\0\0\0WEBPVP8 '), 'image/webp'],
    ['AVIF', ftyp('avif', 'mif1'), 'image/avif'],
    ['AVIF sequence', ftyp('avis', 'avif'), 'image/avif'],
    ['AVIF behind a structural brand', ftyp('mif1', 'avif', 'miaf'), 'image/avif'],
    ['HEIC', ftyp('heic', 'mif1'), 'image/heic'],
    ['HEIC behind a structural brand', ftyp('mif1', 'mif1', 'heic'), 'image/heic'],
    ['HEIC behind a brand that nobody knows', ftyp('    ', 'heic'), 'image/heic'],
    ['AVIF that is also HEIC by a compatible brand', ftyp('avif', 'heic'), 'image/avif'],
    ['HEIF of another coding', ftyp('mif1', 'jpeg'), 'image/heif'],
  ])('names %s by its leading bytes', (_name, bytes, type) => {
    expect(sniff(bytes)).toBe(type);
  });

  test.each([
    ['nothing', Buffer.alloc(0)],
    ['half a JPEG marker', Buffer.from('ffd8', 'hex')],
    ['a PNG with LF for CR LF', Buffer.from('89504e470a1a0a00', 'hex')],
    ['GIF88a', Buffer.from('GIF88a')],
    ['RIFF that is a WAVE', Buffer.from('RIFF\x10\0\0\0WAVEfmt ')],
    ['an MP4', ftyp('isom', 'avc1', 'mp41')],
    ['brands behind the end of the box', Buffer.concat([ftyp('mp42'), Buffer.from('avif')])],
    ['a box that claims to go on for ever but ends', Buffer.from('\xff\xff\xff\xffftypisom', 'latin1')],
    ['SVG', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>')],
    ['HTML', Buffer.from('<!doctype html>')],
    ['TIFF', Buffer.from('49492a00', 'hex')],
    ['a BOM in front of a JPEG', Buffer.from('efbbbfffd8ff', 'hex')],
  ])('does not know %s', (_name, bytes) => {
    expect(sniff(bytes)).toBeUndefined();
  });

  test('reads as many brands of a whole file as confirm does of its first bytes', () => {
    const far = ftyp('isom', ...Array<string>(200).fill('mp41'), 'avif');
    expect([sniff(far), sniff(far.subarray(0, SNIFF_BYTES))]).toEqual([undefined, undefined]);
    const last = ftyp('isom', ...Array<string>((SNIFF_BYTES - 16) / 4 - 1).fill('mp41'), 'avif', 'heic');
    expect([sniff(last), sniff(last.subarray(0, SNIFF_BYTES))]).toEqual(['image/avif', 'image/avif']);
  });
});

const KINDS: Record<string, string[]> = {
  'jpeg': ['image/jpeg'],
  'png': ['image/png'],
  'gif': ['image/gif'],
  'webp': ['image/webp'],
  'avif': ['image/avif'],
  'heif/heic': ['image/heic', 'image/heif'],
};

const corpus = readCorpus();

describe('sniff over the corpus', () => {
  test('names every file that must be accepted by its kind', () => {
    const wrong = corpus
      .filter(file => file.verdict === 'must_accept' || file.verdict === 'heic')
      .filter(file => !KINDS[file.kind].includes(sniff(file.bytes().subarray(0, 512)) ?? 'none'))
      .map(file => `${file.name} (${file.kind})`);
    expect(wrong).toEqual([]);
  });

  test('knows no file of a type that must be rejected', () => {
    const known = corpus
      .filter(file => file.verdict === 'must_reject_type')
      .map(file => ({ name: file.name, kind: file.kind, type: sniff(file.bytes().subarray(0, 512)) }))
      .filter(file => file.type !== undefined);
    expect(known).toEqual([]);
  });
});
