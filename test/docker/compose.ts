import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

export const ROOT = join(__dirname, '..', '..');

export interface Service {
  readonly image?: string;
  readonly build?: string | { readonly context?: string; readonly target?: string };
  readonly command?: readonly string[];
  readonly environment?: Record<string, string>;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly depends_on?: Record<string, { readonly condition: string }>;
}

export interface ComposeFile {
  readonly services: Record<string, Service>;
}

export function readCompose(file: string): ComposeFile {
  return parse(readFileSync(join(ROOT, file), 'utf8')) as ComposeFile;
}
