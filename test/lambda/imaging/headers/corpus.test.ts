import sharp from 'sharp';
import { readHeader } from '../../../../lambda/imaging/headers';
import { sniff } from '../../../../lambda/imaging/sniff';
import { BEYOND_SHARP, bombNames, type CorpusFile, isCorpusReal, readBomb, readCorpus } from '../../../support/corpus';
import { REQUIREMENTS, testIfMet } from '../../../support/requirements';
import { judgeHeader } from '../support/read';

const corpus = readCorpus();

const isContainer = (kind: string) => kind === 'avif' || kind === 'heif/heic';

/**
 * Upright, as libheif gives them, the sides of an AVIF or HEIC may have changed places; its pages are all its items,
 * tiles too.
 */
function described(kind: string, width: number, height: number, frames: number): string {
  if (!isContainer(kind)) return `${width}x${height} in ${frames}`;
  return [width, height].sort((a, b) => a - b).join('x');
}

function ours({ kind, bytes }: CorpusFile): string {
  const file = bytes();
  const type = sniff(file);
  if (!type) return 'not known';
  const { width, height, frames } = readHeader(file, type);
  return described(kind, width, height, frames);
}

async function sharps({ kind, bytes }: CorpusFile): Promise<string> {
  const { width, height, pages = 1 } = await sharp(bytes(), { failOn: 'none' }).metadata();
  return described(kind, width, height, pages);
}

describe('headers of the corpus', () => {
  test('are what sharp says of every file that must be accepted', async () => {
    const different: string[] = [];
    const good = corpus.filter(file => file.verdict === 'must_accept');
    for (const file of good.filter(({ name }) => !BEYOND_SHARP.has(name))) {
      const [one, other] = [ours(file), await sharps(file)];
      if (one !== other) different.push(`${file.name}: ${one}, not ${other}`);
    }
    expect(different).toEqual([]);
    expect(good.length).toBeGreaterThan(isCorpusReal ? 400 : 60);
  });

  test('pass the limits for files that must be accepted', () => {
    const refused = corpus.filter(file => file.verdict === 'must_accept').filter(
      file => judgeHeader(file.bytes()) !== 'accepted',
    );
    expect(refused.map(file => file.name)).toEqual([]);
  });

  test('are rejected over the limits', () => {
    const verdicts = corpus.filter(file => file.verdict === 'must_reject_limit').map(file => judgeHeader(file.bytes()));
    expect(new Set(verdicts)).toEqual(
      new Set(isCorpusReal ? ['TOO_MANY_PIXELS'] : ['TOO_MANY_PIXELS', 'TOO_MANY_FRAMES']),
    );
  });

  test('of broken files end in a verdict', () => {
    const verdicts = corpus.filter(
      file => !['must_accept', 'must_reject_limit', 'must_reject_type'].includes(file.verdict),
    ).map(file => judgeHeader(file.bytes()));
    const expected = ['accepted', 'CORRUPT', 'TOO_MANY_PIXELS', 'UNSUPPORTED_TYPE'];
    expect(verdicts.filter(verdict => !expected.includes(verdict))).toEqual([]);
  });

  const decoded = {
    '4b2ce727f0939449.heic': '452x462',
    '645877c52c5c656e.heic': '960x1440',
    '825853d55a81247b.heic': '128x128',
    'a3949d8113eaaddb.heic': '256x256',
    'dac399d3bf1019ba.heic': '512x512',
  };
  for (const [name, size] of Object.entries(decoded)) {
    testIfMet(REQUIREMENTS.corpus)(`are those that libheif decodes ${name} to, before it is cropped`, () => {
      expect(corpus.filter(file => file.name === name).map(ours)).toEqual([size]);
    });
  }
});

/** Files with rejected headers. Others are harmless, or the decoder's own limits stop them. */
const REFUSED: Record<string, string> = {
  'avif_16000x16000.avif': 'TOO_MANY_PIXELS',
  'gif_1x1_100000frames.gif': 'TOO_MANY_FRAMES',
  'gif_5000x5000_5000frames.gif': 'TOO_MANY_FRAMES',
  'gif_65535sq_2frames.gif': 'TOO_MANY_PIXELS',
  'hdr_0x0.png': 'CORRUPT',
  'hdr_2147483647sq_noidat.png': 'TOO_MANY_PIXELS',
  'jpeg_prog_16000x16000_95scans.jpg': 'TOO_MANY_PIXELS',
  'jpeg_prog_7000x7000_882scans.jpg': 'RESOURCE_LIMIT',
  'px_1000000x1.png': 'TOO_MANY_PIXELS',
  'px_16383x16383_1bit_268MP.png': 'TOO_MANY_PIXELS',
  'px_16383x16383_rgba16_268MP.png': 'TOO_MANY_PIXELS',
  'px_16383x16383_rgba8_268MP.png': 'TOO_MANY_PIXELS',
  'px_1x1000000.png': 'TOO_MANY_PIXELS',
  'px_50000x50000_1bit_2.5GP.png': 'TOO_MANY_PIXELS',
  'px_65535x4000_1bit_262MP.png': 'TOO_MANY_PIXELS',
  'svg_blur.svg': 'UNSUPPORTED_TYPE',
  'svg_huge_dim.svg': 'UNSUPPORTED_TYPE',
  'svg_localfile.svg': 'UNSUPPORTED_TYPE',
  'svg_use_laughs.svg': 'UNSUPPORTED_TYPE',
  'svg_xxe.svg': 'UNSUPPORTED_TYPE',
  'tiff_flat_deflate_16000.tif': 'UNSUPPORTED_TYPE',
  'webp_16383x16383.webp': 'TOO_MANY_PIXELS',
  'webp_anim_1000f_800x800.webp': 'TOO_MANY_PIXELS',
};

const bombs = bombNames();

describe('headers of bombs', () => {
  testIfMet(REQUIREMENTS.corpus)('are rejected if they declare too much, and no others', () => {
    const refused = bombs.map(name => [name, judgeHeader(readBomb(name))]).filter(
      ([, verdict]) => verdict !== 'accepted',
    );
    expect(Object.fromEntries(refused)).toEqual(REFUSED);
  });

  test.each(bombs.filter(name => /^(i|z)[a-z_]*(200MB|1GB)\.png$/.test(name)))(
    '%s is harmless to libpng, so that no chunk need be inflated here', async name => {
      const before = process.resourceUsage().maxRSS;
      await sharp(readBomb(name), { failOn: 'error' }).resize(8).toBuffer();
      expect(process.resourceUsage().maxRSS - before).toBeLessThan(100 * 1024);
    },
  );
});
