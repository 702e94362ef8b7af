import sharp from 'sharp';
import type { DecoderPool } from '../../../../lambda/imaging/decoder/pool';
import { buildStill, type CodedImage, type StillItem } from '../support/av1-files';
import { openDecoderPool } from '../support/decoder-build';
import { be16, box, hex, ispe, reference } from '../support/files';
import { readHevc } from '../support/hevc-file';
import { buildJob, corpusFile, difference, readPixels, testCorpus, variant } from '../support/pipeline-samples';
import { clap, decodeStill, mirror, turn, type DecodedStill } from '../support/stills';

jest.setTimeout(120_000);

let pool: DecoderPool;
openDecoderPool(opened => { pool = opened; });

const make = async (bytes: Buffer): Promise<DecodedStill> => decodeStill(pool, bytes);

/** A HEIC of 128 × 128 pixels from the corpus, since no encoder here writes HEVC. */
describe('a HEIC still', () => {
  const hevc = (): CodedImage => readHevc(corpusFile('825853d55a81247b').bytes());
  const item = (id: number, ...more: Buffer[]): StillItem => {
    const { config: hvcC, data } = hevc();
    return { id, type: 'hvc1', data, properties: [ispe(128, 128), box('hvcC', hvcC), ...more] };
  };
  const plain = async (): Promise<sharp.Sharp> => {
    const { variants: [{ bytes }] } = await pool.decode(
      buildJob(buildStill('heic', 1, [item(1)]), [variant(128, ['png'])]),
    );
    return sharp(bytes);
  };

  testCorpus('is cropped, then turned and mirrored', async () => {
    const { size, pixels } = await make(buildStill('heic', 1, [item(1, clap(64, 48, 20, -10), turn(1), mirror(0))]));
    expect(size).toBe('48x64');
    const cut = await (await plain()).extract({ left: 52, top: 30, width: 64, height: 48 }).png().toBuffer();
    const turned = await sharp(cut).rotate(-90).png().toBuffer();
    expect(difference(pixels, await readPixels(await sharp(turned).flip().png().toBuffer()))).toBeLessThan(1);
  });

  testCorpus('that is the identity of a cropped item is shown', async () => {
    const identity: StillItem = { id: 3, type: 'iden', properties: [ispe(48, 64), mirror(1)] };
    const { pixels } = await make(
      buildStill('heic', 3, [item(1, clap(64, 48, 0, 0)), identity], [reference('dimg', 3, 1)]),
    );
    const cut = await (await plain()).extract({ left: 32, top: 40, width: 64, height: 48 }).flop().png().toBuffer();
    expect(difference(pixels, await readPixels(cut))).toBeLessThan(1);
  });

  testCorpus('that is a grid without all of its tiles is corrupt', async () => {
    const grid: StillItem = {
      id: 3,
      type: 'grid',
      data: Buffer.concat([hex('0000 00 01'), be16(256, 128)]),
      properties: [ispe(256, 128)],
    };
    const file = buildStill('heic', 3, [grid, item(1), item(2)], [reference('dimg', 3, 1, 2)]);
    expect(await make(file)).toMatchObject({ size: '256x128' });
    await expect(make(file.subarray(0, -hevc().data.length / 2))).rejects.toMatchObject({ code: 'CORRUPT' });
  });

  testCorpus('that uses an item twice shows it twice', async () => {
    const overlay = Buffer.concat([hex('0000 ffff ffff ffff ffff'), be16(256, 128, 0, 0, 128, 0)]);
    const items: StillItem[] = [{ id: 3, type: 'iovl', data: overlay, properties: [ispe(256, 128)] }, item(1)];
    const { size, pixels } = await make(buildStill('heic', 3, items, [reference('dimg', 3, 1, 1)]));
    expect(size).toBe('256x128');
    const png = await sharp(pixels.data, { raw: { width: 256, height: 128, channels: pixels.channels as 3 | 4 } })
      .removeAlpha()
      .png()
      .toBuffer();
    const once = await readPixels(await (await plain()).removeAlpha().png().toBuffer());
    for (const left of [0, 128]) {
      const tile = await sharp(png).extract({ left, top: 0, width: 128, height: 128 }).png().toBuffer();
      expect(difference(await readPixels(tile), once)).toBeLessThan(1);
    }
  });
});
