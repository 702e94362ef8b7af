import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';

/** Writes the URL of the running server, so that `npm run token` names it as the issuer. */
export function writeIssuerUrl(file: string, issuer: string): void {
  const unfinished = `${file}.${process.pid}`;
  writeFileSync(unfinished, JSON.stringify({ issuer }));
  renameSync(unfinished, file);
}

/** Undefined if no server with `--auth jwt` has used the folder. */
export function readIssuerUrl(file: string): string | undefined {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as { issuer: string }).issuer : undefined;
}
