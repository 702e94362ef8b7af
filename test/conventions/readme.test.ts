import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import sharp from 'sharp';
import ts from 'typescript';
import { localServerWorld } from '../worlds/local-server';

const ROOT = join(__dirname, '..', '..');
const README = readFileSync(join(ROOT, 'README.md'), 'utf8');

mkdirSync(join(ROOT, 'tmp'), { recursive: true });

function blocks(language: string, text = README): string[] {
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\``, 'gm'))].map(match => match[1]);
}

/** Messages of the compiler, by the number of the snippet. One program for all: most of its time goes into aws-cdk-lib. */
function typeErrors(snippets: readonly string[]): string[][] {
  const folder = mkdtempSync(join(ROOT, 'tmp', 'readme-'));
  try {
    const files = snippets.map((snippet, i) => {
      const file = join(folder, `snippet-${i}.ts`);
      writeFileSync(file, snippet);
      return file;
    });
    const program = ts.createProgram(files, {
      noEmit: true,
      strict: true,
      skipLibCheck: true,
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.CommonJS,
      moduleResolution: ts.ModuleResolutionKind.Bundler,
      paths: { 'cdk-image-service': [join(ROOT, 'src', 'index.ts')] },
      types: ['node'],
    });
    return files.map(file => ts.getPreEmitDiagnostics(program, program.getSourceFile(file))
      .map(diagnostic => ts.flattenDiagnosticMessageText(diagnostic.messageText, '\n')));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

interface ShownImage {
  readonly variants: readonly { readonly url: string; readonly width: number; readonly height: number }[];
}

/** Runs the example on what the API has answered: the `<img>` has a URL for each width there is. */
function expectImgOf(image: ShownImage): void {
  const example = blocks('ts').find(block => block.includes('srcset'))!;
  const { outputText } = ts.transpileModule(example, { compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 } });
  const exported: { imgOf?: (image: ShownImage, alt: string) => string } = {};
  new Function('exports', outputText)(exported);
  const img = exported.imgOf!(image, 'a "pixel"');
  // Of so small an image, all variants are of one size.
  expect(srcsetOf(img)).toEqual([`${image.variants.at(-1)!.url} 1w`]);
  expect(image.variants[0].url).toContain('Signature=');
  expect(img).toMatch(/ width="1" height="1" style="[^"]*" alt="a &quot;pixel&quot;">$/);
  const photo = { variants: [640, 320, 320].map(width => ({ url: `https://cdn/${width}`, width, height: width / 2 })) };
  expect(srcsetOf(exported.imgOf!(photo, ''))).toEqual(['https://cdn/320 320w', 'https://cdn/640 640w']);
  expect(exported.imgOf!(photo, '')).toContain(' width="640" height="320" ');
  expect(exported.imgOf!({ variants: [] }, '')).toBe('');
}

function srcsetOf(img: string): string[] {
  return /srcset="([^"]*)"/.exec(img)![1].replaceAll('&amp;', '&').split(', ');
}

describe('README.md', () => {
  test('shows a working example before line 30', () => {
    const lines = README.split('\n');
    expect(lines.slice(0, 30).join('\n')).toContain("new ImageService(stack, 'Images')");
  });

  test('begins with the two commands that a newcomer needs', () => {
    expect(blocks('sh')[0]).toBe('npm ci && npm start\nnpm ci && npm test\n');
  });

  test('its TypeScript examples, and those of docs/, compile, and one that went stale would not', () => {
    const stale = "import { ImageServices } from 'cdk-image-service'; new ImageServices();";
    const docs = readdirSync(join(ROOT, 'docs')).filter(name => name.endsWith('.md')).map(name => readFileSync(join(ROOT, 'docs', name), 'utf8'));
    const examples = [README, ...docs].flatMap(text => blocks('ts', text));
    const errors = typeErrors([...examples, stale]);
    expect(examples.length).toBeGreaterThan(5);
    expect(errors.slice(0, -1)).toEqual(examples.map(() => []));
    expect(errors.at(-1)).not.toEqual([]);
  }, 120_000);

  test.each(['Deploy', 'On an emulator', 'With Docker'])('tells of "%s" in 25 lines', name => {
    const [, section] = new RegExp(`\n## ${name}\n([\\s\\S]*?)\n## `).exec(README) ?? [];
    expect(section.trim().split('\n').length).toBeLessThanOrEqual(25);
  });

  test('the commands of "Deploy" work, but for those that say what they need', () => {
    const [, section] = /\n## Deploy\n([\s\S]*?)\n## /.exec(README) ?? [];
    const lines = [...section.matchAll(/^```sh\n([\s\S]*?)^```/gm)].flatMap(([, block]) => block.replace(/\\\n/g, '').trim().split('\n'));
    expect(lines.filter(line => line.includes('# needs an account'))).toHaveLength(4);
    const script = lines.filter(line => !line.includes('# needs an account'));
    // Installed and bundled they are: this test runs from it.
    expect(script[0]).toBe('npm ci && npm run bundle');
    execFileSync('bash', ['-euo', 'pipefail', '-c', script.slice(1).join('\n')], { cwd: ROOT, stdio: 'pipe' });
  }, 120_000);

  test('it starts the MiniStack that is tested', () => {
    const [, tested] = /^ministack==(\S+)/m.exec(readFileSync(join(ROOT, 'test', 'python-tools', 'ministack.txt'), 'utf8'))!;
    expect([...README.matchAll(/ministack==(\S+)/g)].map(([, version]) => version)).toEqual([tested]);
  });

  test('the bash example uploads, confirms, lists, tags, downloads and deletes, and its answer becomes an <img srcset>', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'readme-'));
    const world = localServerWorld({ processing: true });
    await world.start();
    try {
      const script = blocks('bash')[0].replace('http://localhost:8080', world.url());
      const { stdout } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', script], { cwd: folder });
      expect(stdout).toContain('"status":"ready"');
      expect(stdout).toContain('"tags":["first","tiny"]');
      expect((await sharp(join(folder, 'thumb.avif')).metadata()).format).toBe('heif');
      expect(stdout).toContain('"code":"forbidden"');
      expect(readFileSync(join(folder, 'copy.png'))).toEqual(readFileSync(join(folder, 'pixel.png')));
      const image = JSON.parse(stdout.split('\n').find(line => line.includes('"status":"ready"'))!) as ShownImage;
      expectImgOf(image);
      const list = await fetch(`${world.url()}/images`, { headers: { 'x-user-id': 'alice' } });
      expect(await list.json()).toEqual({ images: [], next_cursor: null });
    } finally {
      await world.stop();
      rmSync(folder, { recursive: true });
    }
  }, 60_000);
});
