import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';
import { notices, NOTICES } from './bundle-notices';
import { ROOT, type Script } from './scripts';

/** Bundles scripts below a folder. Each folder gets one file with the notices of the bundled packages. */
export async function bundleScripts(scripts: readonly Script[], folder: string): Promise<void> {
  const built = await all(scripts.map(async ({ options, outfile }) => {
    const { metafile } = await build({ ...options, outfile: join(folder, outfile), metafile: true });
    return { at: dirname(outfile), metafile };
  }));
  for (const place of new Set(built.map(({ at }) => at))) {
    const text = notices(built.filter(({ at }) => at === place).map(({ metafile }) => metafile), ROOT, []);
    if (text !== '') writeFileSync(join(folder, place, NOTICES), text);
  }
}

/** Waits for all steps even after one failed: the others would write into the folder that is being removed. */
export async function all<T>(steps: readonly Promise<T>[]): Promise<T[]> {
  const settled = await Promise.allSettled(steps);
  const failed = settled.find(step => step.status === 'rejected');
  if (failed) throw failed.reason;
  return settled.flatMap(step => step.status === 'fulfilled' ? [step.value] : []);
}
