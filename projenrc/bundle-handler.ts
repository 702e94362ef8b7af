import { posix } from 'node:path';
import { build, type BuildOptions, type Metafile, type OutputFile, type Plugin } from 'esbuild';

export interface Bundle {
  readonly code: Uint8Array;
  /** Of the sources. */
  readonly metafile: Metafile;
}

/** Name of the part that exports the handler. */
const ENTRY = 'entry';

/**
 * esbuild exports getters that cannot be redefined. OpenTelemetry's layers and other agents replace the handler, which
 * plain properties allow (https://aws-otel.github.io/docs/getting-started/lambda/lambda-js, "Requirements").
 */
const PATCHABLE = 'module.exports={...module.exports};';

/**
 * Bundles a handler in two passes. In a single pass esbuild keeps every export of a module behind `import()`: all
 * commands of an SDK client and their schemas, a sixth of the API function. So the first pass splits the handler at
 * each `import()` and removes unused exports, and the second one joins the parts.
 */
export async function bundleHandler(options: BuildOptions): Promise<Bundle> {
  const { outputFiles, metafile } = await build({
    ...options,
    // Otherwise comments and wrappers name the places of the sources.
    minify: true,
    format: 'esm',
    splitting: true,
    outdir: '/',
    entryNames: ENTRY,
    write: false,
    metafile: true,
  });
  const { minify, platform, target, format, legalComments, absWorkingDir, logLevel } = options;
  const joined = await build({
    minify,
    platform,
    target,
    format,
    legalComments,
    absWorkingDir,
    logLevel,
    entryPoints: [`${ENTRY}.js`],
    bundle: true,
    write: false,
    footer: { js: PATCHABLE },
    plugins: [createPartsPlugin(outputFiles!, metafile!)],
  });
  return { code: joined.outputFiles[0].contents, metafile: metafile! };
}

/** Reads the parts from memory. */
function createPartsPlugin(files: readonly OutputFile[], metafile: Metafile): Plugin {
  const texts = new Map(files.map(({ path, text }) => [readName(path), text]));
  const names = listParts(metafile);
  return {
    name: 'parts',
    setup: ({ onResolve, onLoad }) => {
      onResolve({ filter: /\.js$/ }, ({ path }) => {
        const number = names.indexOf(readName(path));
        return number < 0 ? undefined : { path: String(number), namespace: 'parts' };
      });
      onLoad({ filter: /.*/, namespace: 'parts' }, ({ path }) => ({
        contents: texts.get(names[Number(path)]), loader: 'js',
      }));
    },
  };
}

/**
 * The parts in the order of their imports. esbuild derives their names from the places of the sources. With numbers for
 * names, the bundle is the same on every machine.
 */
function listParts({ outputs }: Metafile): string[] {
  const imports = new Map(Object.entries(outputs).map(
    ([path, output]) => [readName(path), output.imports.map(imported => readName(imported.path))],
  ));
  const found = new Set<string>();
  const visit = (name: string): void => {
    if (found.has(name) || !imports.has(name)) return;
    found.add(name);
    imports.get(name)!.forEach(visit);
  };
  visit(`${ENTRY}.js`);
  return [...found];
}

function readName(path: string): string {
  return posix.basename(path.replaceAll('\\', '/'));
}
