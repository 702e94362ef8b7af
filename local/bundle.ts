import { execFile } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** The relative path is the same from the bundled server, `local/main.js` (projenrc/bundle-local-server.ts). */
const ROOT = join(__dirname, '..');
export const ASSETS = join(ROOT, 'assets');
/** Edge functions below `ASSETS`: for requests, and for responses if viewers need a signature. */
export const EDGE_FUNCTION = join('edge', 'viewer-request.js');
export const EDGE_RESPONSE_FUNCTION = join('edge', 'viewer-response.js');
/** Inputs of the bundles. */
const SOURCES = ['lambda', 'src/contract', 'projenrc', 'package-lock.json'];
const ZIPS = ['worker-arm64.zip', 'worker-x86_64.zip'];

/**
 * Builds the handlers, unless the bundles are newer than their inputs, or the inputs are absent. With `zips`, also
 * builds the deployed worker, which fetches its packages for Lambda once.
 */
export async function bundleHandlers({ zips = false } = {}): Promise<void> {
  // A container image contains bundles but no sources (projenrc/bundle-local-server.ts).
  if (!existsSync(join(ROOT, 'lambda')) || isFresh(zips)) return;
  const script = [join(ROOT, 'projenrc', 'bundle-handlers.ts'), ...zips ? [] : ['--no-zips']];
  await promisify(execFile)(process.execPath, ['--import', 'tsx', ...script], { cwd: ROOT })
    .catch((error: Error & { stderr?: string }) => {
      throw new Error(`bundling the handlers failed: ${error.stderr ?? error.message}`);
    });
}

function isFresh(zips: boolean): boolean {
  const files = [
    ...listHandlers().map(name => join(name, 'index.js')), EDGE_FUNCTION, EDGE_RESPONSE_FUNCTION, ...zips ? ZIPS : [],
  ];
  const built = Math.min(...files.map(file => readModifiedTime(join(ASSETS, file))));
  return built > Math.max(...SOURCES.map(source => findNewestTime(join(ROOT, source))));
}

function listHandlers(): string[] {
  return readdirSync(join(ROOT, 'lambda')).filter(file => file.endsWith('.lambda.ts')).map(
    file => file.replace('.lambda.ts', ''),
  );
}

function findNewestTime(path: string): number {
  if (!statSync(path).isDirectory()) return readModifiedTime(path);
  return Math.max(readModifiedTime(path), ...readdirSync(path).map(name => findNewestTime(join(path, name))));
}

function readModifiedTime(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
