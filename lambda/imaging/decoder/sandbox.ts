import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';

/** Built by projenrc/decoder-sandbox.ts, for each processor. */
const LIBRARY = `sandbox-${process.arch}.node`;

/**
 * From now on this process cannot open files, sockets or /proc, start programs or inspect other processes
 * (decisions/0014). Open descriptors stay open. Returns false if the process can still open files: on systems other
 * than Linux, or if the library is not beside the script.
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
