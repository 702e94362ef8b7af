import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

export const ROOT = join(__dirname, '..', '..', '..');

/** Runs the commands that `npm start` prints, with bash in an empty folder. Returns the lines of their output. */
export function runPrinted(output: string, folder: string): string[] {
  const script = /list it:\n\n([\s\S]*?)\n\n(?:The x-user-id|Every request needs)/.exec(output)![1]
    .replace('npm run', `npm --prefix ${ROOT} run`);
  return execFileSync('bash', ['-e', '-c', script], { cwd: folder, encoding: 'utf8' }).trim().split('\n').filter(
    Boolean,
  );
}
