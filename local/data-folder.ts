import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isLocked } from './engines/storage/objects';
import { LOCAL } from './names';

const KNOWN: readonly string[] = Object.values(LOCAL.DATA);

/** The folder that keeps everything the local service stores. */
export class DataFolder {
  readonly path: string;

  constructor(path: string) {
    this.path = resolve(path);
  }

  get storage(): string {
    return join(this.path, LOCAL.DATA.STORAGE);
  }

  get table(): string {
    return join(this.path, LOCAL.DATA.TABLE);
  }

  make(): void {
    mkdirSync(this.path, { recursive: true });
  }

  /** Removes what the service stored, unless the folder holds anything else or a server uses it. */
  async reset(): Promise<void> {
    if (!existsSync(this.path)) return;
    if (await isLocked(this.storage)) throw this.inUse();
    const foreign = readdirSync(this.path).filter(name => !KNOWN.includes(name));
    if (foreign.length > 0) throw new Error(`--reset removes only folders of this server, and ${this.path} also holds: ${foreign.join(', ')}`);
    for (const name of KNOWN) rmSync(join(this.path, name), { recursive: true, force: true });
  }

  /** LevelDB locks its folder, and the lock ends with the process however that dies; this only tells who holds it. */
  sign(): void {
    writeFileSync(this.pidFile, String(process.pid));
  }

  release(): void {
    rmSync(this.pidFile, { force: true });
  }

  /** Says what a failed opening means to the person at the terminal. */
  explain(error: unknown): Error {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    const { code, message } = cause as Error & { code?: string };
    if (code === 'LEVEL_LOCKED') return this.inUse();
    return new Error(`the data in ${this.path} cannot be opened (${message}): put back a copy, or begin anew with --reset`);
  }

  private get pidFile(): string {
    return join(this.path, LOCAL.DATA.PID);
  }

  private inUse(): Error {
    const holder = existsSync(this.pidFile) ? readFileSync(this.pidFile, 'utf8') : 'unknown';
    return new Error(`the data folder ${this.path} is in use by another server (process ${holder}): stop it, or choose another with --data`);
  }
}
