import sharp from 'sharp';
import type { DecoderPool } from '../../../../lambda/imaging/decoder/pool';
import { sniff } from '../../../../lambda/imaging/sniff';
import { VARIANT_FORMATS } from '../../../../src/contract';
import { BEYOND_SHARP } from '../../../support/corpus';
import { listExtras } from '../support/containers';
import { openDecoderPool } from '../support/decoder-build';
import { CORPUS, corpusFile, difference, buildJob, readPixels, testCorpus, variant } from '../support/pipeline-samples';

jest.setTimeout(300_000);

let pool: DecoderPool;
openDecoderPool(opened => { pool = opened; });

/** The tag GPSInfo (Exif 2.32, section 4.6.3) with its type and count, in either byte order. */
const GPS = [Buffer.from('8825000400000001', 'hex'), Buffer.from('2588040001000000', 'hex')];

const VARIANTS = VARIANT_FORMATS.map(format => variant(48, [format], { name: format, animated: format === 'webp' }));

testCorpus('variants of real files keep pixels and no metadata', async () => {
  const found = { exif: 0, gps: 0, xmp: 0, iptc: 0, icc: 0, comments: 0 };
  const extras: string[] = [];
  for (const { name, verdict, bytes } of CORPUS) {
    const file = bytes();
    if (verdict !== 'must_accept' || !sniff(file)) continue;
    const isUnknown = BEYOND_SHARP.has(name);
    const { exif, xmp, iptc, icc, comments }: Partial<sharp.Metadata> = isUnknown ? {} : await sharp(file).metadata();
    const marks = { exif, gps: exif && GPS.some(tag => exif.includes(tag)), xmp, iptc, icc, comments };
    const held = Object.entries(marks).filter(([, value]) => value).map(([mark]) => mark as keyof typeof found);
    if (held.length === 0 && !isUnknown) continue;
    held.forEach(mark => found[mark]++);
    const { variants } = await pool.decode(buildJob(file, VARIANTS));
    for (const made of variants) {
      extras.push(...listExtras(Buffer.from(made.bytes), made.format).map(extra => `${name} ${made.format}: ${extra}`));
    }
  }
  expect(extras).toEqual([]);
  // Files without metadata would prove nothing.
  expect(Object.entries(found).filter(([, count]) => count < 5)).toEqual([]);
});

test('listExtras finds planted metadata in each container', async () => {
  const image = sharp({ create: { width: 40, height: 40, channels: 3, background: '#336699' } });
  const exif = { IFD0: { Copyright: 'somebody' } };
  for (const format of VARIANT_FORMATS) {
    const bare = await image.clone().toFormat(format).toBuffer();
    expect({ format, extras: listExtras(bare, format) }).toEqual({ format, extras: [] });
    // eslint-disable-next-line no-restricted-syntax -- an original as cameras write it
    const marked = await image.clone()
      .withExif(exif)
      .withXmp('<x:xmpmeta xmlns:x="adobe:ns:meta/"/>')
      .toFormat(format)
      .toBuffer();
    expect({ format, extras: listExtras(marked, format).length >= 2 }).toEqual({ format, extras: true });
    if (format !== 'avif') expect(listExtras(Buffer.concat([bare, Buffer.from('trailer!')]), format)).not.toEqual([]);
  }
});

testCorpus('photos of one scene look the same, however their cameras were held', async () => {
  const scenes = {
    landscape: ['87ea27ba9f24cb13', '592f903706fe4b21', 'a05082c578192321', '5b5c9979cbf6077e'],
    portrait: ['ca9fb9a159320e62', '50fc16ad1174fc6e', '323ce0d7140be76c', '2691666c64b68d56'],
  };
  for (const files of Object.values(scenes)) {
    const seen = await Promise.all(files.map(async name => {
      const { variants: [made] } = await pool.decode(buildJob(corpusFile(name).bytes(), [variant(120, ['png'])]));
      return readPixels(made.bytes);
    }));
    for (const pixels of seen) expect(difference(pixels, seen[0])).toBeLessThan(6);
  }
});
