import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { getPriority, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from './faults.child';
import { DecoderPool, type DecoderPoolOptions } from '../../../../lambda/imaging/decoder/pool';
import type { ImageJob } from '../../../../lambda/imaging/pipeline/job';
import { RejectionError } from '../../../../lambda/imaging/rejection-error';
import { buildScript } from '../support/decoder-build';

jest.setTimeout(60_000);

const LIMITS = { decodeSeconds: 1, decodeWallSeconds: 1.5, decodeMemoryMiB: 300 };
const FOLDER = mkdtempSync(join(tmpdir(), 'decoder-test-'));

let script: string;
let parent: string;
let pool: DecoderPool;
let logs = 0;

beforeAll(async () => {
  script = await buildScript('test/lambda/imaging/decoder/faults.child.ts');
  parent = await buildScript('test/lambda/imaging/decoder/parent.ts');
});
afterEach(() => pool?.close());
afterAll(
  () => [FOLDER, dirname(script), dirname(parent)].forEach(folder => rmSync(folder, { recursive: true, force: true })),
);

function open(options: Partial<DecoderPoolOptions> = {}): DecoderPool {
  return pool = new DecoderPool({ script, limits: LIMITS, ...options });
}

const newLog = (): string => join(FOLDER, `log-${++logs}`);
const readLines = (log: string): string[] => readFileSync(log, 'utf8').trim().split('\n');

function job(act: Command['act'], log = newLog(), milliseconds?: number): ImageJob {
  const header = { type: 'image/png', width: 1, height: 1, frames: 1, pixels: 1, scans: 1 } as const;
  return { bytes: Buffer.from(JSON.stringify({ act, log, milliseconds })), header, variants: [] };
}

interface Told {
  readonly pid: number;
  readonly env: Record<string, string>;
  readonly execArgv: string[];
  readonly priority: number;
}

/** The facts in a decoder's answer. */
async function told(): Promise<Told> {
  const log = newLog();
  await pool.decode(job('answer', log));
  const [, pid, rest] = /^end (\d+) (.*)$/.exec(readLines(log).at(-1)!)!;
  return { pid: Number(pid), ...JSON.parse(rest) as Omit<Told, 'pid'> };
}

function isAlive(pid: number): boolean {
  // A zombie has ended; its parent just has not read its exit code yet.
  return existsSync(`/proc/${pid}/stat`) && !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
}

test.each([
  [
    'hang',
    /longer than the limit of 1 seconds\. The service does not keep rejected originals: upload a smaller copy\./,
  ],
  ['crash', /crashes the decoder/],
  ['nonsense', /crashes the decoder/],
] as const)(
  'a file that makes a decoder %s gets one more try in a fresh decoder, after the others, and is rejected', async (act, message) => {
    open();
    const log = newLog();
    const order: string[] = [];
    const bad = pool.decode(job(act, log)).catch((error: RejectionError) => { order.push('bad'); return error; });
    const good = pool.decode(job('answer')).then(() => order.push('good'));
    const refusal = await bad;
    await good;
    expect(refusal).toBeInstanceOf(RejectionError);
    expect(refusal).toMatchObject({ code: 'RESOURCE_LIMIT', message: expect.stringMatching(message) });
    expect(order).toEqual(['good', 'bad']);
    expect(new Set(readLines(log)).size).toBe(2);
  },
);

test.each([
  [
    'spin',
    /longer than the limit of 1 seconds\. The service does not keep rejected originals: upload a smaller copy\./,
  ],
  [
    'fill memory',
    /memory than the limit of 300 MiB\. The service does not keep rejected originals: upload a smaller copy\./,
  ],
] as const)('an image that makes a decoder %s is rejected at once, without another decoder', async (act, message) => {
  // A busy machine must not end it by timeout first.
  open({ limits: { ...LIMITS, decodeWallSeconds: 50 } });
  const log = newLog();
  await expect(pool.decode(job(act, log))).rejects.toMatchObject({
    code: 'RESOURCE_LIMIT',
    message: expect.stringMatching(message),
  });
  expect(readLines(log)).toHaveLength(1);
});

test(
  'memory that earlier images may have left is no reason to refuse: the image is tried in a fresh decoder',
  async () => {
    open();
    const log = newLog();
    await pool.decode(job('answer'));
    await expect(pool.decode(job('fill memory', log))).rejects.toMatchObject({ code: 'RESOURCE_LIMIT' });
    expect(new Set(readLines(log)).size).toBe(2);
  },
);

test('two decoders that hang in turn take twice the time by the clock at most', async () => {
  open();
  const before = performance.now();
  await expect(pool.decode(job('hang'))).rejects.toMatchObject({ code: 'RESOURCE_LIMIT' });
  const seconds = (performance.now() - before) / 1000;
  expect(seconds).toBeGreaterThan(2 * LIMITS.decodeWallSeconds);
  // The limit covers two starts.
  expect(seconds).toBeLessThan(2 * LIMITS.decodeWallSeconds + 2);
});

test('the time limit counts the work on one image, without waiting and earlier work', async () => {
  open({ limits: { ...LIMITS, decodeWallSeconds: 10 } });
  const log = newLog();
  await pool.decode(job('answer', log, 2000));
  for (let i = 0; i < 3; i++) await pool.decode(job('spin', log, 500));
  expect(new Set(readLines(log).map(line => line.split(' ')[1])).size).toBe(1);
});

test('a decoder that crashes once makes no difference to the image', async () => {
  open();
  const log = newLog();
  await pool.decode(job('crash once', log));
  expect(readLines(log).map(line => line.split(' ')[0])).toEqual(['start', 'start', 'end']);
});

test('the second attempt runs while no other does', async () => {
  open({ children: 2 });
  const log = newLog();
  const acts = [job('crash', log), job('answer', log, 150), job('answer', log, 150), job('answer', log, 150)];
  const ends = await Promise.allSettled(acts.map(each => pool.decode(each)));
  expect(ends.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled', 'fulfilled']);
  const lines = readLines(log);
  expect(lines.slice(0, -1).filter(line => line.startsWith('end'))).toHaveLength(3);
  expect(lines.at(-1)).toMatch(/^start/);
});

test('two decoders work at the same time, one on one image', async () => {
  // Neither answers before both have started, even if a busy machine starts the second one slowly.
  open({ children: 2, limits: { ...LIMITS, decodeWallSeconds: 50 } });
  const log = newLog();
  const ends = Promise.all([1, 2].map(() => pool.decode(job('answer when told', log))));
  while (!existsSync(log) || readLines(log).length < 2) await sleep(20);
  writeFileSync(`${log}.told`, '');
  await ends;
  const words = readLines(log).map(line => line.split(' '));
  expect(words.map(([what]) => what)).toEqual(['start', 'start', 'end', 'end']);
  expect(new Set(words.map(([, pid]) => pid)).size).toBe(2);
});

test('a decoder is replaced after so many images', async () => {
  open({ imagesPerChild: 2 });
  const pids: number[] = [];
  for (let i = 0; i < 3; i++) pids.push((await told()).pid);
  expect(pids[1]).toBe(pids[0]);
  expect(pids[2]).not.toBe(pids[0]);
  expect(isAlive(pids[0])).toBe(false);
});

test('a decoder has no environment of ours, a collector to call and a young generation that stays small', async () => {
  process.env.AWS_SECRET_ACCESS_KEY = 'only-a-test';
  open();
  try {
    const { env, execArgv } = await told();
    const ours = Object.keys(env).filter(name => !['PWD', 'OLDPWD', 'SHLVL', '_', 'LD_LIBRARY_PATH'].includes(name));
    expect(ours.sort()).toEqual(['MALLOC_ARENA_MAX', 'MALLOC_TRIM_THRESHOLD_', 'VIPS_DISC_THRESHOLD']);
    expect(execArgv).toEqual(['--expose-gc', '--max-semi-space-size=1']);
  } finally {
    delete process.env.AWS_SECRET_ACCESS_KEY;
  }
});

test('a decoder has a lower priority than the process that answers requests', async () => {
  open();
  const { priority } = await told();
  expect(priority).toBe(Math.min(19, getPriority() + 10));
});

test('a decoder ends with its parent, even in the midst of an image', async () => {
  const log = newLog();
  const holder = spawn(process.execPath, [parent, script, log], { stdio: 'inherit' });
  while (!existsSync(log)) await sleep(20);
  const pid = Number(readLines(log)[0].split(' ')[1]);
  expect(isAlive(pid)).toBe(true);
  holder.kill('SIGKILL');
  for (let i = 0; i < 100 && isAlive(pid); i++) await sleep(20);
  expect(isAlive(pid)).toBe(false);
});

test('close ends the decoders and the jobs that wait for them', async () => {
  open();
  const log = newLog();
  const ends = Promise.allSettled([pool.decode(job('hang', log)), pool.decode(job('answer'))]);
  while (!existsSync(log)) await sleep(20);
  pool.close();
  for (const end of await ends) {
    expect(end).toMatchObject({ status: 'rejected', reason: new Error('The decoder is closed') });
  }
  expect(isAlive(Number(readLines(log)[0].split(' ')[1]))).toBe(false);
  await expect(pool.decode(job('answer'))).rejects.toThrow('The decoder is closed');
});

test('close during the second attempt does not reject the image', async () => {
  open();
  const log = newLog();
  const end = pool.decode(job('hang', log)).catch((error: unknown) => error);
  while (!existsSync(log) || readLines(log).length < 2) await sleep(20);
  pool.close();
  expect(await end).toEqual(new Error('The decoder is closed'));
});

test('a decoder that cannot start, or that has a fault of its own, rejects no image', async () => {
  const missing = open({ script: join(FOLDER, 'missing.js') }).decode(job('answer'));
  await expect(missing).rejects.toThrow(/did not start .*missing\.js/s);
  await expect(missing).rejects.not.toBeInstanceOf(RejectionError);
  const faulty = open().decode(job('fault'));
  await expect(faulty).rejects.toMatchObject({ name: 'EncodingFailed', cause: { message: 'no such encoder' } });
  await expect(faulty).rejects.not.toBeInstanceOf(RejectionError);
});

test(
  'a child that was frozen while it had nothing to do, as Lambda freezes functions, has not taken too long',
  async () => {
    open();
    const { pid } = await told();
    process.kill(pid, 'SIGSTOP');
    await sleep(1500 * LIMITS.decodeSeconds);
    process.kill(pid, 'SIGCONT');
    expect((await told()).pid).toBe(pid);
  },
);
