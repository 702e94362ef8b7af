import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

export const ROOT = join(__dirname, '..', '..');
const ASSEMBLY = join(ROOT, '.jsii');
const LOCK = join(ROOT, 'tmp', 'compiling');

/** jsii's description of a struct, class or enum of the public API. */
export interface ApiType {
  readonly kind: 'class' | 'enum' | 'interface';
  readonly datatype?: boolean;
  readonly interfaces?: string[];
  readonly properties?: ApiMember[];
  readonly methods?: ApiMember[];
  readonly docs?: { readonly summary?: string };
}

export interface ApiMember {
  readonly name: string;
  readonly optional?: boolean;
  readonly docs?: { readonly summary?: string; readonly default?: string };
}

/**
 * The public API, by the name of the type. Compiles first if `lib/` is older than `src/`, which takes half a minute.
 */
export async function publicApi(): Promise<Record<string, ApiType>> {
  await compile();
  const { name, types } = JSON.parse(readFileSync(ASSEMBLY, 'utf8')) as {
    name: string;
    types: Record<string, ApiType>;
  };
  return Object.fromEntries(Object.entries(types).map(([fqn, type]) => [fqn.slice(name.length + 1), type]));
}

/** Properties of a struct, including inherited ones. */
export function listProperties(api: Record<string, ApiType>, struct: string): ApiMember[] {
  const { properties = [], interfaces = [] } = api[struct];
  return [...interfaces.flatMap(parent => listProperties(api, parent.split('.').at(-1)!)), ...properties];
}

/** Test files run in parallel: the first one compiles, the others wait. */
export async function compile(): Promise<void> {
  mkdirSync(join(ROOT, 'tmp'), { recursive: true });
  while (!tryLock()) await new Promise(resolve => setTimeout(resolve, 200));
  try {
    if (isStale()) execFileSync('npx', ['jsii', '--silence-warnings=reserved-word'], { cwd: ROOT, stdio: 'pipe' });
  } finally {
    rmSync(LOCK, { recursive: true });
  }
}

function tryLock(): boolean {
  try {
    mkdirSync(LOCK);
    return true;
  } catch {
    // A killed run left it behind.
    if (existsSync(LOCK) && Date.now() - statSync(LOCK).mtimeMs > 180_000) {
      rmSync(LOCK, { recursive: true, force: true });
    }
    return false;
  }
}

function isStale(): boolean {
  if (!existsSync(ASSEMBLY)) return true;
  const compiledAt = statSync(ASSEMBLY).mtimeMs;
  const sources = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' });
  return sources.some(source => statSync(join(ROOT, 'src', source)).mtimeMs > compiledAt);
}
