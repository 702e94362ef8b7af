import type { Readable } from 'node:stream';
import type { ScanResult } from '../../src/contract';

/** Originals, as the function with ClamAV sees them. */
export interface ScannedObjects {
  /** Exactly this version; `gone` if the key has none or another, `denied` if storage does not let us look. */
  open(key: string, etag: string): Promise<OpenedObject | 'gone' | 'denied'>;
  /** Whether the key still has this version. */
  isThere(key: string, etag: string): Promise<boolean>;
  /** Writes the result on the object; false if there is none. */
  tag(key: string, result: ScanResult): Promise<boolean>;
}

export interface OpenedObject {
  readonly size: number;
  /** To be read to its end, or destroyed. */
  readonly bytes: Readable;
}

/** One file of ClamAV's definitions, as the list of them names it. */
export interface DefinitionFile {
  /** `daily.cld` */
  readonly name: string;
  readonly size: number;
  /** SHA-256 in hex. */
  readonly hash: string;
}

/** What the bucket of definitions holds: files that never change under their key, and one list that says which are in force. */
export interface DefinitionStore {
  /** The list as it was written; undefined if there is none. */
  readList(): Promise<string | undefined>;
  writeList(list: string): Promise<void>;
  /** Into a file of ours. Throws if what came is not what the list says. */
  download(file: DefinitionFile, path: string): Promise<void>;
  upload(file: DefinitionFile, path: string): Promise<void>;
  remove(files: readonly DefinitionFile[]): Promise<void>;
  /** Names of the files that an operator put below `seed/`. */
  seeds(): Promise<readonly string[]>;
  downloadSeed(name: string, path: string): Promise<void>;
  removeSeed(name: string): Promise<void>;
  /** What freshclam remembers from run to run, such as until when a mirror told it to wait. */
  readState(): Promise<Buffer | undefined>;
  writeState(state: Buffer): Promise<void>;
}

export interface Log {
  info(message: string, facts: Readonly<Record<string, unknown>>): void;
  warn(message: string, facts: Readonly<Record<string, unknown>>): void;
}
