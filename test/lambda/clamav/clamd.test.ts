import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { database, EICAR } from './support/database';
import { placements, zip } from './support/placements';
import { Clamd } from '../../../lambda/clamav/clamd';
import { parseVerdict, type Verdict } from '../../../lambda/clamav/verdict';
import { CLAMD_SANDBOX, type SandboxArchitecture, sandboxLibrary } from '../../../projenrc/decoder-sandbox';
import { isCorpusReal, readCorpus } from '../../support/corpus';
import { describeIfMet, REQUIREMENTS } from '../../support/requirements';

const MAX_BYTES = 1_000_000;
const PATIENCE_MS = 60_000;

jest.setTimeout(120_000);

describeIfMet(REQUIREMENTS.clamd)('a real clamd', () => {
  let folder: string;
  let clamd: Clamd;

  const begin = async (databases: string, maxBytes: number) => (
    Clamd.start({
      folder: join(folder, 'clamd'),
      database: databases,
      maxBytes,
      sandbox: join(folder, 'sandbox.node'),
    }));
  const scan = async (bytes: Buffer, parts: Buffer[] = [bytes]): Promise<Verdict> =>
    parseVerdict(await clamd.scan(Readable.from(parts), bytes.length, PATIENCE_MS));

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'clamd-'));
    mkdirSync(join(folder, 'database'));
    writeFileSync(join(folder, 'database', 'daily.cud'), database('daily'));
    writeFileSync(join(folder, 'sandbox.node'), sandboxLibrary(process.arch as SandboxArchitecture, CLAMD_SANDBOX));
    clamd = await begin(join(folder, 'database'), MAX_BYTES);
    await clamd.ready;
  });
  afterAll(() => {
    clamd.kill();
    rmSync(folder, { recursive: true });
  });

  test('works in its sandbox: with a filter of system calls, and without new privileges', () => {
    const { pid } = (clamd as unknown as { child: { process: { pid: number } } }).child.process;
    expect(readFileSync(`/proc/${pid}/status`, 'utf8')).toMatch(/^NoNewPrivs:\t1\nSeccomp:\t2$/m);
  });

  test('finds a signature wherever it is', async () => {
    for (const [where, bytes] of Object.entries(await placements(EICAR))) {
      expect([where, await scan(bytes)]).toEqual([where, { result: 'THREATS_FOUND', found: 'Own.daily.UNOFFICIAL' }]);
    }
  });

  test('finds nothing in the same files without it', async () => {
    const other = Buffer.from(EICAR).reverse();
    for (const bytes of Object.values(await placements(other))) {
      expect(await scan(bytes)).toEqual({ result: 'NO_THREATS_FOUND' });
    }
  });

  test('finds a signature that begins in one chunk and ends in another, at every border', async () => {
    const bytes = Buffer.concat([Buffer.from('before'), EICAR, Buffer.from('behind')]);
    for (let border = 1; border < bytes.length; border++) {
      const parts = [bytes.subarray(0, border), bytes.subarray(border)];
      expect([border, (await scan(bytes, parts)).result]).toEqual([border, 'THREATS_FOUND']);
    }
    expect((await scan(bytes, [...bytes].map(byte => Buffer.from([byte])))).result).toBe('THREATS_FOUND');
  });

  test('does not stop at empty chunks, which would end the stream', async () => {
    expect((await scan(EICAR, [Buffer.alloc(0), EICAR, Buffer.alloc(0)])).result).toBe('THREATS_FOUND');
  });

  test('has no verdict on an original of which a part is missing, and works on', async () => {
    const cut = clamd.scan(Readable.from([EICAR.subarray(0, 60)]), EICAR.length, PATIENCE_MS);
    await expect(cut).rejects.toMatchObject({ cause: { message: 'the original must have 68 bytes, got: 60' } });
    const broken = new Readable({ read() { this.destroy(new Error('the connection to storage broke')); } });
    await expect(clamd.scan(broken, 100, PATIENCE_MS)).rejects.toMatchObject({
      cause: { message: 'the connection to storage broke' },
    });
    expect(clamd.isAlive).toBe(true);
    expect(await scan(Buffer.from('x'))).toEqual({ result: 'NO_THREATS_FOUND' });
  });

  test('has no verdict on a stream that is longer than its limit', async () => {
    const bytes = Buffer.alloc(MAX_BYTES + 70_000, 'x');
    await expect(scan(bytes)).rejects.toThrow('clamd returned no verdict');
  });

  test('calls nothing clean of which it did not look at all that is packed', async () => {
    const bytes = zip('big.txt', Buffer.concat([Buffer.alloc(101 * 2 ** 20, 'x'), EICAR]));
    expect(bytes.length).toBeLessThan(MAX_BYTES);
    const found = expect.stringMatching(/^Heuristics\.Limits\.Exceeded/);
    expect(await scan(bytes)).toMatchObject({ result: 'UNSUPPORTED', found });
  });

  test('says at once why it does not start', async () => {
    const nothing = join(folder, 'nothing');
    mkdirSync(nothing);
    const failed = await Clamd.start({ folder: join(folder, 'other'), database: nothing, maxBytes: MAX_BYTES });
    await expect(failed.ready).rejects.toThrow(/clamd ended with code 1: [^]*No supported database files found/);
    expect(failed.isAlive).toBe(false);
  });

  test('does not take a database that is broken', async () => {
    const broken = join(folder, 'broken');
    mkdirSync(broken);
    writeFileSync(join(broken, 'daily.cud'), database('daily').subarray(0, 600));
    const failed = await Clamd.start({ folder: join(folder, 'other'), database: broken, maxBytes: MAX_BYTES });
    await expect(failed.ready).rejects.toThrow(/clamd ended with code 1/);
  });

  test('blocks no good image of the corpus', async () => {
    const good = readCorpus().filter(({ verdict }) => verdict === 'must_accept').map(file => file.bytes());
    const images = good.filter(bytes => bytes.length <= MAX_BYTES).slice(0, 600);
    const blocked: Verdict[] = [];
    for (const bytes of images) {
      const verdict = await scan(bytes);
      if (verdict.result !== 'NO_THREATS_FOUND') blocked.push(verdict);
    }
    expect(blocked).toEqual([]);
    expect(images.length).toBeGreaterThan(isCorpusReal ? 300 : 60);
  });
});
