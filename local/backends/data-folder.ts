import { randomBytes } from 'node:crypto';
import {
  accessSync, constants, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { hasObjects, isLocked } from '../engines/storage/objects';
import { readOrCreate } from '../kept-file';
import { LOCAL } from '../names';

const MOST_NAMED = 3;

const KNOWN: readonly string[] = Object.values(LOCAL.DATA);

/** The folder of all data of the local service. */
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

  get issuerKey(): string {
    return join(this.path, LOCAL.DATA.ISSUER_KEY);
  }

  /** The URL of the development issuer, for `npm run token`. */
  get issuer(): string {
    return join(this.path, LOCAL.DATA.ISSUER);
  }

  /**
   * Reads the credentials that sign requests of the functions. The secret is generated once, so upload URLs stay valid
   * after a restart. Other users of the machine cannot read it, although they can reach the ports of the engines.
   */
  readCredentials(): { readonly accessKeyId: string; readonly secretAccessKey: string } {
    return readOrCreate(join(this.path, LOCAL.DATA.CREDENTIALS), () => (
      { accessKeyId: LOCAL.CREDENTIALS.accessKeyId, secretAccessKey: randomBytes(30).toString('base64') }));
  }

  /** Creates the folder. Throws if that fails, or if the folder has foreign files. */
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
      throw new Error(
        `--data must be an empty folder or one that this server has used before, got: ${this.path}, which holds ${held}`,
      );
    }
  }

  /** Removes the stored data, unless the folder has foreign files or a server uses it. */
  async reset(): Promise<void> {
    if (!existsSync(this.path)) return;
    if (!statSync(this.path).isDirectory()) throw this.buildUnusableError('ENOTDIR');
    if (await isLocked(this.storage)) throw this.buildInUseError();
    const foreign = this.listForeignFiles();
    if (foreign.length > 0) {
      throw new Error(
        `--reset must name a folder with nothing but this server's data, got: ${this.path}, which also holds ${foreign.join(', ')}`,
      );
    }
    for (const name of KNOWN) rmSync(join(this.path, name), { recursive: true, force: true });
  }

  /** For messages only: LevelDB's own lock excludes a second server, and ends when the process dies. */
  writePidFile(): void {
    writeFileSync(this.pidFile, String(process.pid));
  }

  removePidFile(): void {
    rmSync(this.pidFile, { force: true });
  }

  /** Converts an error of opening the data into one that names the fix. */
  explain(error: unknown): Error {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    const { code, message } = cause as Error & { code?: string };
    if (code === 'LEVEL_LOCKED') return this.buildInUseError();
    return new Error(
      `the data in ${this.path} cannot be opened (${message}): restore a backup, or delete the data with --reset`,
    );
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
    return new Error(
      `the data folder ${this.path} is in use by another server (process ${holder}): stop it, or choose another with --data`,
    );
  }
}

/** Does not use `recursive`: where a folder cannot be created, as in /proc, Node 20 then never returns. */
function makeFolder(path: string): void {
  if (existsSync(path) && statSync(path).isDirectory()) return;
  if (!existsSync(dirname(path))) makeFolder(dirname(path));
  mkdirSync(path);
}
