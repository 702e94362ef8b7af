import type { Readable } from 'node:stream';
import type { ScanResult } from '../../src/contract';

/** Originals, for the function with ClamAV. */
export interface ScannedObjects {
  /** Exactly this version; `gone` if the key has no object or another version, `denied` if storage forbids the read. */
  open(key: string, etag: string): Promise<OpenedObject | 'gone' | 'denied'>;
  /** Whether the key still has this version. */
  isThere(key: string, etag: string): Promise<boolean>;
  /** Writes the result on the object; false if there is no object. */
  tag(key: string, result: ScanResult): Promise<boolean>;
}

export interface OpenedObject {
  readonly size: number;
  /** Read it to its end, or destroy it. */
  readonly bytes: Readable;
}

/** One file of ClamAV's definitions, as their list names it. */
export interface DefinitionFile {
  /** `daily.cld` */
  readonly name: string;
  readonly size: number;
  /** SHA-256 in hex. */
  readonly hash: string;
}

/** The bucket of definitions: files that never change under their key, and one list of those in force. */
export interface DefinitionStore {
  /** The list as it was written; undefined if it is missing. */
  readList(): Promise<string | undefined>;
  writeList(list: string): Promise<void>;
  /** Writes a local file. Throws if the bytes do not match the list. */
  download(file: DefinitionFile, path: string): Promise<void>;
  upload(file: DefinitionFile, path: string): Promise<void>;
  remove(files: readonly DefinitionFile[]): Promise<void>;
  /** Names of the files that an operator put under `seed/`. */
  seeds(): Promise<readonly string[]>;
  downloadSeed(name: string, path: string): Promise<void>;
  removeSeed(name: string): Promise<void>;
  /** freshclam's state between runs, such as the time until which a mirror told it to wait. */
  readState(): Promise<Buffer | undefined>;
  writeState(state: Buffer): Promise<void>;
}

export interface Log {
  info(message: string, facts: Readonly<Record<string, unknown>>): void;
  warn(message: string, facts: Readonly<Record<string, unknown>>): void;
}
