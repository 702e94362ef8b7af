import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { build, type BuildOptions, type Plugin } from 'esbuild';
import { AV1_FOLDER, AV1_LIBRARY } from './bundle-av1';
import { type Bundle, bundleHandler } from './bundle-handler';
import { notices, NOTICES } from './bundle-notices';
import { type Architecture, ARCHITECTURES, hashOf, havePackages, workerPackages } from './bundle-packages';
import { type Files, zip } from './bundle-zip';
import { sandboxLibrary, sandboxName } from './decoder-sandbox';
import { DECODER, DECODER_SOURCE, ROOT } from './scripts';

/** The package's ES modules find files by `import.meta`, which a CommonJS script does not have. */
const SHARP = join(ROOT, 'node_modules', 'sharp', 'dist', 'index.cjs');

/** Zip files of earlier builds, by the hash of their content. */
const BUILT = join(ROOT, 'tmp', 'worker-zips');

/** The handlers of one zip file, by the name of their script in it. */
export type Handlers = Readonly<Record<'index' | 'transform', string>>;

/**
 * Returns the zip file of worker and transform function for Lambda: they share a decoder. sharp's JavaScript is inside
 * the decoder's script: Node spends more on finding its files than on running them. libvips and libheif stay files of
 * their own, so that users can replace them, as the LGPL demands. `atAnyCost`: fetches packages and compresses files
 * that are not in the caches; without it, the result is then undefined.
 */
export async function zipWorker(
  architecture: Architecture, handlers: Handlers, options: BuildOptions, atAnyCost: boolean,
): Promise<Uint8Array | undefined> {
  if (!atAnyCost && !havePackages(architecture)) return undefined;
  const modules = workerPackages(architecture);
  const scripts = await Promise.all(Object.entries(handlers).map(
    async ([name, handler]) => [`${name}.js`, await bundleHandler({ ...options, entryPoints: [handler] })] as const,
  ));
  const plugins = [createSharpPlugin(ARCHITECTURES[architecture])];
  const decoder = await bundle({
    ...options,
    entryPoints: [DECODER_SOURCE],
    external: ['libheif-js', '@img/sharp-*'],
    alias: { sharp: SHARP },
    plugins,
  });
  const apart = packagesApart(architecture);
  const files = new Map<string, Uint8Array>([
    ...scripts.map(([name, { code }]) => [name, code] as const), [DECODER, decoder.code],
  ]);
  for (const path of apart.flatMap(name => readFiles(join(modules, name)))) {
    files.set(`node_modules/${relative(modules, path).split(sep).join('/')}`, readFileSync(path));
  }
  const folders = [...apart.map(name => join(modules, name)), AV1_FOLDER];
  const text = notices([...scripts.map(([, { metafile }]) => metafile), decoder.metafile], ROOT, folders);
  files.set(NOTICES, Buffer.from(text));
  files.set(sandboxName(ARCHITECTURES[architecture]), sandboxLibrary(ARCHITECTURES[architecture]));
  files.set(AV1_LIBRARY, readFileSync(join(AV1_FOLDER, AV1_LIBRARY)));
  files.set('LICENSE', readFileSync(join(ROOT, 'LICENSE')));
  return compress(architecture, files, atAnyCost);
}

/** Packages with code that cannot be bundled as JavaScript. */
function packagesApart(architecture: Architecture): string[] {
  const cpu = ARCHITECTURES[architecture];
  return [`@img/sharp-linux-${cpu}`, `@img/sharp-libvips-linux-${cpu}`, 'libheif-js'];
}

/** libheif-js contains the same library four times. */
const UNUSED = /libheif-js\/(libheif\/|libheif-wasm\/libheif-bundle\.|index\.js|wasm(-bundle)?\.js)|\.h$|\.d\.ts$/;

function readFiles(folder: string): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true, encoding: 'utf8' }).filter(
    entry => entry.isFile(),
  );
  return entries.map(entry => join(entry.parentPath, entry.name)).filter(
    path => !UNUSED.test(path.split(sep).join('/')),
  );
}

/**
 * sharp searches for its binary by platform; the platform is known here. The bundle leaves out the files with which
 * sharp builds a binary itself.
 */
function createSharpPlugin(cpu: string): Plugin {
  const replaced: Readonly<Record<string, string>> = {
    sharp: `module.exports = require('@img/sharp-linux-${cpu}/sharp.node');`,
    libvips: `module.exports = { runtimePlatformArch: () => 'linux-${cpu}' };`,
  };
  return {
    name: 'sharp-for-lambda',
    setup: ({ onResolve, onLoad }) => {
      onResolve(
        { filter: /^\.\/(sharp|libvips)\.[cm]js$/ },
        ({ path }) => ({ path: /\w+/.exec(path)![0], namespace: 'sharp-for-lambda' }),
      );
      onLoad(
        { filter: /.*/, namespace: 'sharp-for-lambda' }, ({ path }) => ({ contents: replaced[path], loader: 'js' }),
      );
    },
  };
}

async function bundle(options: BuildOptions): Promise<Bundle> {
  const { outputFiles, metafile } = await build({ ...options, outfile: 'out.js', write: false, metafile: true });
  return { code: outputFiles![0].contents, metafile: metafile! };
}

/** Compression takes seconds, and the input is mostly the same as in the build before. */
function compress(architecture: Architecture, files: Files, atAnyCost: boolean): Uint8Array | undefined {
  const name = `worker-${architecture}-${hashOf(...[...files].flat())}.zip`;
  const file = join(BUILT, name);
  if (existsSync(file)) return readFileSync(file);
  if (!atAnyCost) return undefined;
  const bytes = zip(files);
  mkdirSync(BUILT, { recursive: true });
  for (const other of readdirSync(BUILT)) {
    if (other.startsWith(`worker-${architecture}-`)) rmSync(join(BUILT, other), { force: true });
  }
  writeFileSync(`${file}.${process.pid}`, bytes);
  renameSync(`${file}.${process.pid}`, file);
  return bytes;
}
