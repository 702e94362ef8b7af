import { spawnSync } from 'node:child_process';

const hasClamd = spawnSync('clamd', ['--version']).status === 0;
if (!hasClamd) console.warn('clamd is not installed, so nothing is scanned here: `apt-get install clamav clamav-daemon`, or what your system calls it');

/** Tests of a real clamd, which say that they are skipped where there is none. */
export const describeWithClamd = hasClamd ? describe : describe.skip;
