import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { startServerProcess, type ServerProcess } from '../../../benchmarks/support/load/server-process';
import { ImageClient } from '../../../local/demo/client';
import { listImageFiles } from '../../../local/demo/folder';
import type { Progress } from '../../../local/demo/progress';
import { listFailures, renderReport } from '../../../local/demo/report';
import { runAll } from '../../../local/demo/run';
import { makeWaves } from '../../../local/demo/samples/waves';
import { writeSheet } from '../../../local/demo/sheet';
import { REQUIREMENTS, testIfMet } from '../../support/requirements';

const ROOT = join(__dirname, '..', '..', '..');
jest.setTimeout(120_000);

const USER = 'demo-test';
const quiet: Progress = { step: async (_label, _total, work) => work(() => undefined) };

let folder: string;
let server: ServerProcess;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'demo-test-'));
  server = await startServerProcess();
}, 60_000);

afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true });
});

function readCommand(...args: string[]): string[] {
  return ['--import', 'tsx', join(ROOT, 'local', 'demo', 'main.ts'), '--sheet', join(folder, 'sheet.png'), ...args];
}

/** Runs the command on the server of this test. */
async function runDemo(...args: string[]): Promise<{ code: number; output: string }> {
  return promisify(execFile)(process.execPath, readCommand(...args), { cwd: ROOT }).then(
    ({ stdout }) => ({ code: 0, output: stdout }),
    (error: { code: number; stdout: string; stderr: string }) => ({
      code: error.code,
      output: error.stdout + error.stderr,
    }),
  );
}

function options(keep: boolean, fetching?: typeof fetch) {
  return {
    client: new ImageClient({ url: server.url, user: USER, fetch: fetching }),
    progress: quiet,
    concurrency: 4,
    keep,
    patience: 1000,
  };
}

async function listImages(user: string): Promise<unknown[]> {
  const response = await fetch(`${server.url}/images`, { headers: { 'x-user-id': user } });
  return ((await response.json()) as { images: unknown[] }).images;
}

test('the demo uploads, checks and deletes its images, and draws the contact sheet', async () => {
  const { code, output } = await runDemo('--url', server.url, '--count', '7', '--user', 'cleaner');
  expect(output).toMatch(/7 of 7 images were downloaded byte for byte: .* and 28 variants in/);
  expect(code).toBe(0);
  for (const name of [
    'photo-12-megapixels.jpg', 'portrait-with-gps.jpg', 'phone.heic', 'animation.gif', 'transparent.png', '16-bit.png',
  ]) {
    expect(output).toMatch(new RegExp(`${name}\\s*│ ready`));
  }
  expect(output).toContain(`Contact sheet of originals and variants: ${join(folder, 'sheet.png')}`);
  const { width = 0, height = 0 } = await sharp(join(folder, 'sheet.png')).metadata();
  expect({ isWide: width > 1600, isHigh: height > 1600 }).toEqual({ isWide: true, isHigh: true });
  expect(await listImages('cleaner')).toEqual([]);
});

test('--keep keeps all images but the one that is deleted as an example', async () => {
  const { code } = await runDemo('--url', server.url, '--count', '2', '--user', 'keeper', '--keep');
  expect(code).toBe(0);
  expect(await listImages('keeper')).toHaveLength(1);
});

testIfMet(REQUIREMENTS.usualPort)('with --keep a temporary service delivers the signed URLs until Ctrl-C', async () => {
  const child = spawn(process.execPath, readCommand('--count', '2', '--keep'), {
    cwd: ROOT,
    env: { ...process.env, TMPDIR: folder },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exit = once(child, 'exit');
  let output = '';
  const stays = new Promise<void>(resolve => child.stdout.on('data', chunk => {
    if ((output += String(chunk)).includes('Press Ctrl-C to stop')) {
      resolve();
    }
  }));
  await Promise.race([stays, exit]);
  const [url] = /http:\S+\/cdn\/\S+/.exec(output) ?? [`no URL in: ${output}`];
  const { status, headers } = await fetch(url, { headers: { accept: 'image/avif,*/*' } });
  expect([status, headers.get('content-type')]).toEqual([200, 'image/avif']);
  child.kill('SIGINT');
  expect(await exit).toEqual([0, null]);
});

test('prints no escape sequences into a pipe', async () => {
  const { output } = await runDemo('--url', server.url, '--count', '1');
  expect(output).toContain('upload     1/1');
  expect(output).not.toContain('\u001b');
});

test('reports an image with one changed byte in its download', async () => {
  const corrupting: typeof fetch = async (input, init) => {
    const response = await fetch(input, init);
    if (!String(input).includes('X-Amz-Signature') || init?.method === 'PUT') return response;
    const bytes = Buffer.from(await response.arrayBuffer());
    bytes[bytes.length - 1] = 255 - bytes[bytes.length - 1];
    return new Response(bytes, response);
  };
  const run = await runAll([await makeWaves(0)], options(false, corrupting));
  expect(run.images[0].equal).toBe(false);
  expect(listFailures(run)).toEqual([
    expect.stringMatching(/^waves-0001\.jpg: download: .* differ from the \d+ uploaded bytes$/),
  ]);
});

test('reports a variant that differs from its description', async () => {
  const boasting: typeof fetch = async (input, init) => {
    const response = await fetch(input, init);
    if (!/\/images\/\w+$/.test(String(input)) || init?.method !== 'GET' || !response.ok) return response;
    const image = await response.json() as { variants: { name: string; width: number }[] };
    return Response.json({
      ...image,
      variants: image.variants.map(
        variant => variant.name === 'thumb' ? { ...variant, width: variant.width + 1 } : variant,
      ),
    });
  };
  const run = await runAll([await makeWaves(0)], options(false, boasting));
  const problem = /^waves-0001\.jpg: variants: the variant thumb .* width and height must be 65 × 64, got: 64 × 64$/;
  expect(listFailures(run)).toEqual([expect.stringMatching(problem)]);
});

test('the sheet has a row for each of the first forty images', async () => {
  const run = await runAll(await Promise.all(Array.from({ length: 41 }, async (_, n) => makeWaves(n))), {
    ...options(false),
    shown: 40,
  });
  expect(run.images.map(({ variants }) => variants?.length)).toEqual([...Array<number>(40).fill(4), undefined]);
  expect(await writeSheet(join(folder, 'forty.png'), run.images)).toBe(40);
});

test('exits with 1 and names a file that is not an image, and uploads the others', async () => {
  const pictures = join(folder, 'pictures');
  await mkdir(pictures);
  await writeFile(join(pictures, 'good.png'), await (await makeWaves(1)).read());
  await writeFile(join(pictures, 'bad.png'), 'no image at all');
  for (const other of ['notes.txt', 'notes']) await writeFile(join(pictures, other), 'no image either');
  const { code, output } = await runDemo(pictures, '--url', server.url);
  expect(code).toBe(1);
  expect(output).toContain('1 of 2 images were downloaded byte for byte');
  expect(output).toMatch(/bad\.png: upload: POST .*\/confirm answered 422/);
  expect(output).toContain('Skipped 2 files without an image extension: 1 without an extension, 1 .txt\n');
});

test('names a file over the size limit, with the limit', async () => {
  const size = 25 * 1024 * 1024 + 1;
  const huge = { name: 'huge.png', contentType: 'image/png' as const, size, read: async () => Buffer.alloc(size) };
  const run = await runAll([huge], options(false));
  expect(listFailures(run)).toEqual([
    expect.stringMatching(/^huge\.png: upload: .* 413: size must be at most 26214400 bytes/),
  ]);
});

test('reports a list that misses an image', async () => {
  const forgetting: typeof fetch = async (input, init) => {
    const response = await fetch(input, init);
    if (!String(input).includes('/images?tag=')) return response;
    const page = await response.json() as { images: unknown[] };
    return Response.json({ ...page, images: page.images.slice(1) });
  };
  const run = await runAll([await makeWaves(0), await makeWaves(1)], options(false, forgetting));
  expect(listFailures(run)).toEqual([expect.stringContaining('must list exactly the 2 images')]);
});

test('reports counts by type and in total', async () => {
  const run = await runAll(await Promise.all([0, 1, 5].map(makeWaves)), options(false));
  const text = renderReport(run, 2);
  expect(text).toMatch(/image\/jpeg\s*│\s*2 │/);
  expect(text).toMatch(/image\/png\s*│\s*1 │/);
  expect(text).toMatch(/all\s*│\s*3 │\s*[\d,]+ │\s*3 │\s*3 │\s*3 │/);
  expect(text).toContain('1.5 images/s');
});

test('says how to start a service if no service answers at the given URL', async () => {
  const { code, output } = await runDemo('--url', 'http://127.0.0.1:9', '--count', '1');
  expect(code).toBe(1);
  expect(output).toContain('no image service answers at http://127.0.0.1:9: start one with npm start');
});

test('reads a file only when its upload starts', async () => {
  const path = join(folder, 'late');
  await mkdir(path);
  await writeFile(join(path, 'a.png'), await (await makeWaves(1)).read());
  const pictures = await listImageFiles(path);
  await rm(join(path, 'a.png'));
  const run = await runAll(pictures, options(false));
  expect(listFailures(run)).toEqual([expect.stringMatching(/^a\.png: upload: ENOENT/)]);
});
