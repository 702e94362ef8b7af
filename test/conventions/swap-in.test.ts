import { mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { swapIn } from '../../projenrc/swap-in';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'swap-in-'));
  for (const name of ['built', 'target']) mkdirSync(join(folder, name));
  writeFileSync(join(folder, 'built', 'new'), 'new');
  writeFileSync(join(folder, 'target', 'old'), 'old');
});
afterEach(() => rmSync(folder, { recursive: true }));

const swap = (rename?: typeof renameSync): void => swapIn(join(folder, 'built'), join(folder, 'target'), rename);

/** As overlayfs answers for a folder of an image. */
function refuses(code: string): typeof renameSync {
  return (from, to) => {
    if (String(from).endsWith('target')) throw Object.assign(new Error(code), { code });
    renameSync(from, to);
  };
}

test.each([['where folders can be renamed', renameSync], ['where the old one cannot', refuses('EXDEV')]])('only the new folder is left, %s', (_, rename) => {
  swap(rename);
  expect(readdirSync(folder)).toEqual(['target']);
  expect(readFileSync(join(folder, 'target', 'new'), 'utf8')).toBe('new');
  expect(readdirSync(join(folder, 'target'))).toEqual(['new']);
});

test('whatever else is wrong is told, and the old folder stays', () => {
  expect(() => swap(refuses('EACCES'))).toThrow('EACCES');
  expect(readdirSync(join(folder, 'target'))).toEqual(['old']);
});

test('a folder that is the same stays where it is, as new as the build', () => {
  const kept = join(folder, 'target', 'old');
  const { ino } = statSync(kept);
  utimesSync(kept, 0, 0);
  rmSync(join(folder, 'built', 'new'));
  writeFileSync(join(folder, 'built', 'old'), 'old');
  swap();
  expect(readdirSync(folder)).toEqual(['target']);
  expect(statSync(kept).ino).toBe(ino);
  expect(statSync(kept).mtimeMs).toBeGreaterThan(Date.now() - 60_000);
});

test.each([['another file', 'new', 'old'], ['other bytes', 'old', 'newer']])('%s is enough to put the new folder in place', (_, name, text) => {
  rmSync(join(folder, 'built', 'new'));
  writeFileSync(join(folder, 'built', name), text);
  swap();
  expect(readdirSync(join(folder, 'target'))).toEqual([name]);
  expect(readFileSync(join(folder, 'target', name), 'utf8')).toBe(text);
});
