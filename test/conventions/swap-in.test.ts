import {
  mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type SwapOptions, swapFolder } from '../../projenrc/swap-in';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'swap-in-'));
  for (const name of ['built', 'target']) mkdirSync(join(folder, name));
  writeFileSync(join(folder, 'built', 'new'), 'new');
  writeFileSync(join(folder, 'target', 'old'), 'old');
});
afterEach(() => rmSync(folder, { recursive: true }));

const swap = (options?: SwapOptions): void => swapFolder(join(folder, 'built'), join(folder, 'target'), options);

/** Fails as overlayfs does for a folder of an image. */
function refuses(code: string, folders = /target$/): typeof renameSync {
  return (from, to) => {
    if (folders.test(String(from))) throw Object.assign(new Error(code), { code });
    renameSync(from, to);
  };
}

test.each([['where folders can be renamed', renameSync], ['where the old one cannot', refuses('EXDEV')]])(
  'only the new folder is left, %s', (_, rename) => {
    swap({ rename });
    expect(readdirSync(folder)).toEqual(['target']);
    expect(readFileSync(join(folder, 'target', 'new'), 'utf8')).toBe('new');
    expect(readdirSync(join(folder, 'target'))).toEqual(['new']);
  },
);

test('another error is thrown, and the old folder stays', () => {
  expect(() => swap({ rename: refuses('EACCES') })).toThrow('EACCES');
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

test.each([['another file', 'new', 'old'], ['other bytes', 'old', 'newer']])(
  '%s is enough to put the new folder in place', (_, name, text) => {
    rmSync(join(folder, 'built', 'new'));
    writeFileSync(join(folder, 'built', name), text);
    swap();
    expect(readdirSync(join(folder, 'target'))).toEqual([name]);
    expect(readFileSync(join(folder, 'target', name), 'utf8')).toBe(text);
  },
);

describe('a file to keep', () => {
  const TIME = new Date('2026-01-02T03:04:05Z');
  const keep = ['worker.zip', 'absent.zip'];
  const target = (name: string) => join(folder, 'target', name);
  beforeEach(() => {
    writeFileSync(target('worker.zip'), 'zip');
    utimesSync(target('worker.zip'), TIME, TIME);
  });

  test('stays with its time when the build lacks it', () => {
    swap({ keep });
    expect(readdirSync(join(folder, 'target')).sort()).toEqual(['new', 'worker.zip']);
    expect([readFileSync(target('worker.zip'), 'utf8'), statSync(target('worker.zip')).mtimeMs]).toEqual([
      'zip', TIME.getTime(),
    ]);
  });

  test('stays with its time when the build has to be copied', () => {
    swap({ keep, rename: refuses('EXDEV', /built$/) });
    expect(statSync(target('worker.zip')).mtimeMs).toBe(TIME.getTime());
  });

  test('stays with its time when all other files are equal, and those get new times', () => {
    rmSync(join(folder, 'built', 'new'));
    writeFileSync(join(folder, 'built', 'old'), 'old');
    utimesSync(target('old'), TIME, TIME);
    const { ino } = statSync(target('old'));
    swap({ keep });
    expect(statSync(target('old')).ino).toBe(ino);
    expect(statSync(target('old')).mtimeMs).toBeGreaterThan(Date.now() - 60_000);
    expect(statSync(target('worker.zip')).mtimeMs).toBe(TIME.getTime());
  });

  test('gives way to one that the build made', () => {
    writeFileSync(join(folder, 'built', 'worker.zip'), 'newer');
    swap({ keep });
    expect(readFileSync(target('worker.zip'), 'utf8')).toBe('newer');
    expect(statSync(target('worker.zip')).mtimeMs).toBeGreaterThan(TIME.getTime());
  });
});
