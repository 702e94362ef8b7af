import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { build, type Metafile } from 'esbuild';
import { bundleHandler } from './bundle-handler';
import { notices, NOTICES } from './bundle-notices';
import { ROOT, type Script } from './scripts';

/** Bundles scripts below a folder. Each folder gets one file with the notices of the bundled packages. */
export async function bundleScripts(scripts: readonly Script[], folder: string): Promise<void> {
  const built = await all(scripts.map(async script => ({
    at: dirname(script.outfile), metafile: await bundleScript(script, join(folder, script.outfile)),
  })));
  for (const place of new Set(built.map(({ at }) => at))) {
    const text = notices(built.filter(({ at }) => at === place).map(({ metafile }) => metafile), ROOT, []);
    if (text !== '') writeFileSync(join(folder, place, NOTICES), text);
  }
}

async function bundleScript({ options, isHandler }: Script, outfile: string): Promise<Metafile> {
  if (!isHandler) return (await build({ ...options, outfile, metafile: true })).metafile;
  const { code, metafile } = await bundleHandler(options);
  mkdirSync(dirname(outfile), { recursive: true });
  writeFileSync(outfile, code);
  return metafile;
}

/** Waits for all steps even after one failed: the others would write into the folder that is being removed. */
export async function all<T>(steps: readonly Promise<T>[]): Promise<T[]> {
  const settled = await Promise.allSettled(steps);
  const failed = settled.find(step => step.status === 'rejected');
  if (failed) throw failed.reason;
  return settled.flatMap(step => step.status === 'fulfilled' ? [step.value] : []);
}
