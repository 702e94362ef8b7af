import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';

/** The value of a file that only this user can read; made by `make` where it is absent. Complete or absent, also after a crash. */
export function readOrCreate<T>(file: string, make: () => T): T {
  if (!existsSync(file)) {
    const unfinished = `${file}.${process.pid}`;
    writeFileSync(unfinished, JSON.stringify(make(), undefined, 2), { mode: 0o600 });
    renameSync(unfinished, file);
  }
  return JSON.parse(readFileSync(file, 'utf8')) as T;
}
