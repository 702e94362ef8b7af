import { randomBytes } from 'node:crypto';
import { accessSync, constants, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { readOrCreate } from './kept-file';
import { hasObjects, isLocked } from '../engines/storage/objects';
import { LOCAL } from '../names';

const MOST_NAMED = 3;

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

  get queue(): string {
    return join(this.path, LOCAL.DATA.QUEUE);
  }

  get signingKey(): string {
    return join(this.path, LOCAL.DATA.SIGNING_KEY);
  }

  /**
   * The credentials that the functions sign with. The secret is made once, so that upload URLs outlive a restart, and no other user of the
   * machine can read it: every process can reach the ports of the engines.
   */
  readCredentials(): { readonly accessKeyId: string; readonly secretAccessKey: string } {
    return readOrCreate(join(this.path, LOCAL.DATA.CREDENTIALS), () => (
      { accessKeyId: LOCAL.CREDENTIALS.accessKeyId, secretAccessKey: randomBytes(30).toString('base64') }));
  }

  /** Throws where it cannot be made, or holds what is not ours. */
  prepare(): void {
    try {
      makeFolder(this.path);
      accessSync(this.path, constants.W_OK);
    } catch (error) {
      throw this.buildUnusableError((error as NodeJS.ErrnoException).code, error);
    }
    if (hasObjects(this.storage)) return;
    const foreign = this.listForeignFiles();
    const more = foreign.length > MOST_NAMED ? ` and ${foreign.length - MOST_NAMED} more` : '';
    if (foreign.length > 0) {
      const held = foreign.slice(0, MOST_NAMED).join(', ') + more;
      throw new Error(`--data must be an empty folder or one that this server has used before, got: ${this.path}, which holds ${held}`);
    }
  }

  /** Removes what the service stored, unless the folder holds anything else or a server uses it. */
  async reset(): Promise<void> {
    if (!existsSync(this.path)) return;
    if (!statSync(this.path).isDirectory()) throw this.buildUnusableError('ENOTDIR');
    if (await isLocked(this.storage)) throw this.buildInUseError();
    const foreign = this.listForeignFiles();
    if (foreign.length > 0) throw new Error(`--reset removes only folders of this server, and ${this.path} also holds: ${foreign.join(', ')}`);
    for (const name of KNOWN) rmSync(join(this.path, name), { recursive: true, force: true });
  }

  /** LevelDB locks its folder, and the lock ends with the process however that dies; this only tells who holds it. */
  writePidFile(): void {
    writeFileSync(this.pidFile, String(process.pid));
  }

  removePidFile(): void {
    rmSync(this.pidFile, { force: true });
  }

  /** Says what a failed opening means to the person at the terminal. */
  explain(error: unknown): Error {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    const { code, message } = cause as Error & { code?: string };
    if (code === 'LEVEL_LOCKED') return this.buildInUseError();
    return new Error(`the data in ${this.path} cannot be opened (${message}): put back a copy, or begin anew with --reset`);
  }

  private listForeignFiles(): string[] {
    return readdirSync(this.path).filter(name => !KNOWN.includes(name));
  }

  private get pidFile(): string {
    return join(this.path, LOCAL.DATA.PID);
  }

  private buildUnusableError(code: string | undefined, cause?: unknown): Error {
    return new Error(`--data must be a folder that can be written, got: ${this.path} (${code})`, { cause });
  }

  private buildInUseError(): Error {
    const holder = existsSync(this.pidFile) ? readFileSync(this.pidFile, 'utf8') : 'unknown';
    return new Error(`the data folder ${this.path} is in use by another server (process ${holder}): stop it, or choose another with --data`);
  }
}

/** Not by `recursive`: where nothing can be made, as in /proc, Node 20 then tries for ever. */
function makeFolder(path: string): void {
  if (existsSync(path) && statSync(path).isDirectory()) return;
  if (!existsSync(dirname(path))) makeFolder(dirname(path));
  mkdirSync(path);
}
