import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { createLocalServerEnvironment } from '../../environments/local-server';
import { ROOT } from '../compiled';
import { listCode, splitLines, readText } from '../documents';
import { load } from '../typescript';

interface ShownImage {
  readonly variants: readonly { readonly url: string; readonly width: number; readonly height: number }[];
}

/** Runs the example on the API's response: the `<img>` has a URL for each existing width. */
function expectImg(image: ShownImage): void {
  const { imgOf } = load<{ imgOf: (image: ShownImage, alt: string) => string }>(listCode('docs/http-api.md', 'ts')[0]);
  const img = imgOf(image, 'a "pixel"');
  // For so small an image, all variants have the same size.
  expect(readSrcset(img)).toEqual([`${image.variants.at(-1)!.url} 1w`]);
  expect(image.variants[0].url).toContain('Signature=');
  expect(img).toMatch(/ width="1" height="1" style="[^"]*" alt="a &quot;pixel&quot;">$/);
  const photo = { variants: [640, 320, 320].map(width => ({ url: `https://cdn/${width}`, width, height: width / 2 })) };
  expect(readSrcset(imgOf(photo, ''))).toEqual(['https://cdn/320 320w', 'https://cdn/640 640w']);
  expect(imgOf(photo, '')).toContain(' width="640" height="320" ');
  expect(imgOf({ variants: [] }, '')).toBe('');
}

function readSrcset(img: string): string[] {
  return /srcset="([^"]*)"/.exec(img)![1].replaceAll('&amp;', '&').split(', ');
}

describe('README.md', () => {
  test('shows a working example before line 30', () => {
    expect(readText('README.md').split('\n').slice(0, 30).join('\n')).toContain("new ImageService(stack, 'Images')");
  });

  test('begins with the two commands that a newcomer needs, one in a snippet, since the first does not return', () => {
    expect(listCode('README.md', 'sh')).toEqual(['npm ci && npm start\n', 'npm ci && npm test\n']);
  });

  test(
    'its bash example and that of docs/http-api.md upload, show, list, tag, share, download and delete, and the answer becomes an <img srcset>',
    async () => {
      const folder = mkdtempSync(join(tmpdir(), 'readme-'));
      const environment = createLocalServerEnvironment({ processing: true });
      await environment.start();
      try {
        const script = [...listCode('README.md', 'bash'), ...listCode('docs/http-api.md', 'bash')].join('\n').replace(
          'http://localhost:8080', environment.url(),
        );
        const { stdout } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', script], { cwd: folder });
        expect(stdout).toContain('"status":"ready"');
        expect(stdout).toContain('"tags":["first","tiny"]');
        expect(stdout).toContain('"shared_with":["user:bob"]');
        expect((await sharp(join(folder, 'thumb.avif')).metadata()).format).toBe('heif');
        expect(stdout).toContain('"code":"forbidden"');
        expect(readFileSync(join(folder, 'copy.png'))).toEqual(readFileSync(join(folder, 'pixel.png')));
        const image = JSON.parse(stdout.split('\n').find(line => line.includes('"status":"ready"'))!) as ShownImage;
        expectImg(image);
        const list = await fetch(`${environment.url()}/images`, { headers: { 'x-user-id': 'alice' } });
        expect(await list.json()).toEqual({ images: [], next_cursor: null });
      } finally {
        await environment.stop();
        rmSync(folder, { recursive: true });
      }
    },
    120_000,
  );
});

test('the commands of docs/deploy.md work, except those that name a need', () => {
  const [install, quickstart, call] = listCode('docs/deploy.md', 'sh').map(splitLines);
  expect(install).toEqual(['npm ci && npm run bundle && npm run compile && npm pack']);
  expect([...quickstart, ...call].filter(line => line.includes('# needs an account'))).toHaveLength(4);
  const script = quickstart.filter(line => !line.includes('# needs an account'));
  // This test runs in a checkout that is already installed and bundled.
  expect(script[0]).toBe('npm ci && npm run bundle');
  execFileSync('bash', ['-euo', 'pipefail', '-c', script.slice(1).join('\n')], { cwd: ROOT, stdio: 'pipe' });
}, 120_000);

test('docs/emulators.md starts the MiniStack that is tested', () => {
  const [, tested] = /^ministack==(\S+)/m.exec(
    readFileSync(join(ROOT, 'test', 'python-tools', 'ministack.txt'), 'utf8'),
  )!;
  expect([...readText('docs/emulators.md').matchAll(/ministack==(\S+)/g)].map(([, version]) => version)).toEqual([
    tested,
  ]);
});
