import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';

/** Built by projenrc/decoder-sandbox.ts, for each processor. */
const LIBRARY = `sandbox-${process.arch}.node`;

/**
 * From now on this process opens no file, no socket and nothing in /proc, starts no program and looks into no other process (decisions/0014). What
 * is open stays so. False where it still can open files: on systems other than Linux, or where the library is not beside the script.
 */
export function enterSandbox(): boolean {
  try {
    process.dlopen({ exports: {} }, join(__dirname, LIBRARY));
  } catch {
    // Node says that it registers no module. It has run by then.
  }
  return !canOpen();
}

function canOpen(): boolean {
  try {
    closeSync(openSync('/dev/null', 'r'));
    return true;
  } catch {
    return false;
  }
}
