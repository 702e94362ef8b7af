import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

const OLDEST = [3, 10] as const;
/** `PYTHON` first, then the names under which distributions and version managers install it. */
export const CANDIDATES = [
  process.env.PYTHON, 'python3', 'python3.13', 'python3.12', 'python3.11', 'python3.10', 'python',
];

/** Each is a file of pinned packages beside this one. */
export type PythonTool = 'cfn-lint' | 'checkov' | 'hadolint' | 'ministack' | 'pillow-heif' | 'ssimulacra2';

/**
 * The folder of a tool's commands. The tool is installed once, into a virtual environment of its own in the user's
 * cache; the environment's name holds the hash of its pins, so that another version is another environment.
 */
export async function pythonTool(
  tool: PythonTool, announce: (text: string) => void = () => undefined,
): Promise<string> {
  const requirements = join(__dirname, `${tool}.txt`);
  const version = createHash('sha256').update(await readFile(requirements)).digest('hex').slice(0, 12);
  const folder = join(
    process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'cdk-image-service', `${tool}-${version}`,
  );
  if (!await isUsable(folder)) {
    const python = await findPython(tool);
    announce(`installing ${tool} into ${folder} (once)`);
    await alone(folder, async () => {
      if (!await isUsable(folder)) await install(python, folder, requirements);
    });
  }
  return join(folder, 'bin');
}

/** An environment ends with the Python that it was made with, as when a distribution moves on to the next. */
async function isUsable(folder: string): Promise<boolean> {
  return existsSync(join(folder, 'complete')) && await versionOf(join(folder, 'bin', 'python')) !== undefined;
}

async function install(python: string, folder: string, requirements: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await run(python, ['-m', 'venv', folder]);
  await run(join(folder, 'bin', 'pip'), [
    'install', '--quiet', '--disable-pip-version-check', '--requirement', requirements,
  ]);
  // Last, so that an installation that broke off is begun anew.
  await writeFile(join(folder, 'complete'), '');
}

/** One process at a time. A lock whose holder has ended is nobody's. */
async function alone(folder: string, work: () => Promise<void>): Promise<void> {
  const lock = `${folder}.lock`;
  await mkdir(dirname(lock), { recursive: true });
  while (!await writeFile(lock, String(process.pid), { flag: 'wx' }).then(() => true, () => false)) {
    const holder = Number(await readFile(lock, 'utf8').catch(() => ''));
    if (holder > 0 && !isAlive(holder)) await rm(lock, { force: true });
    await sleep(500);
  }
  await work().finally(async () => rm(lock, { force: true }));
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function findPython(tool: string): Promise<string> {
  const seen: string[] = [];
  for (const candidate of CANDIDATES) {
    const version = candidate && await versionOf(candidate);
    if (!version) continue;
    if (isNewEnough(version)) return candidate;
    seen.push(`${candidate} ${version.join('.')}`);
  }
  throw new Error(
    `${tool} needs Python ${OLDEST.join('.')} or newer, found: ${seen.join(', ') || 'no Python'}; install one, or name it in PYTHON`,
  );
}

async function versionOf(python: string): Promise<number[] | undefined> {
  const { stdout } = await run(python, ['-c', 'import sys; print(*sys.version_info[:2])']).catch(
    () => ({ stdout: '' }),
  );
  return stdout ? stdout.trim().split(' ').map(Number) : undefined;
}

function isNewEnough([major, minor]: number[]): boolean {
  return major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]);
}
