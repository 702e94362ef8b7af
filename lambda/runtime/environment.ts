export type Environment = Readonly<Record<string, string | undefined>>;

export function readRequired(env: Environment, name: string): string {
  const value = env[name];
  if (value === undefined || value === '') throw new Error(`${name} must be set, got: ${JSON.stringify(value)}`);
  return value;
}

export function readEnum<T extends string>(env: Environment, name: string, values: readonly T[]): T {
  const value = readRequired(env, name);
  if (!(values as readonly string[]).includes(value)) {
    throw new Error(`${name} must be one of ${values.join(', ')}, got: ${value}`);
  }
  return value as T;
}

export function readPositive(env: Environment, name: string): number {
  const value = Number(readRequired(env, name));
  if (!Number.isInteger(value) || value < 1) {
    throw new Error(`${name} must be a whole number of at least 1, got: ${env[name]}`);
  }
  return value;
}

/** SigV4 signs the host: URLs would lose a path or a query after it. */
export function readOrigin(env: Environment, name: string): string | undefined {
  const value = env[name];
  if (!value) return undefined;
  const parsed = URL.canParse(value) ? new URL(value) : undefined;
  if (parsed && ['http:', 'https:'].includes(parsed.protocol) && parsed.href === `${parsed.origin}/`) {
    return parsed.origin;
  }
  throw new Error(`${name} must be an http or https origin such as http://localhost:4566, got: ${value}`);
}

export function splitList(value: string): string[] {
  return value.split(',').map(item => item.trim()).filter(item => item !== '');
}
