import { Duration, Size, SizeRoundingBehavior, Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** Path of the options of the current factory, such as `uploads.`. */
let prefix = '';
/** Path of the current construct, such as `Stack/Images: `. */
let site = '';

/** Runs a factory with the path of its prop in error messages. The construct is not known at this time. */
export function withOptionPath<T>(prop: string, make: () => T): T {
  const outer = [prefix, site] as const;
  [prefix, site] = [`${prop}.`, ''];
  try {
    return make();
  } finally {
    [prefix, site] = outer;
  }
}

/** Runs a factory after a check of its option names. Errors name options by the path of the prop. */
export function makeFromOptions<T>(
  prop: string, factory: string, options: object, known: readonly string[], make: () => T,
): T {
  return withOptionPath(prop, () => {
    checkNames(factory, options, known);
    return make();
  });
}

/** Begins error messages with the path of a construct from now on: an app may have several image services. */
export function locate(construct: IConstruct): void {
  site = `${construct.node.path}: `;
}

/** Throws the error of a wrong option: the option, its rule, the value received and the fix. */
export function throwOptionError(option: string, rule: string, got: string, fix: string): never {
  const path = option === '' ? prefix.slice(0, -1) : `${prefix}${option}`;
  throw new Error(`${site}'${path}' ${rule}, got: ${got}; ${fix}`);
}

/** Checks that a factory made the value: an object that only looks alike has passed no check. */
export function checkKind(
  option: string, value: unknown, kind: { readonly name: string; readonly prototype: object },
): void {
  if (value instanceof (kind as unknown as new () => unknown)) return;
  throwOptionError(
    option, `must be made by a factory of ${kind.name}`, describeValue(value), `see ${kind.name} in API.md`,
  );
}

/**
 * Checks for a construct: plain JavaScript can pass a name or ARN. It checks members, because constructs may come from
 * another copy of aws-cdk-lib.
 */
export function checkResource(option: string, value: unknown, { kind, member, example }: ResourceKind): void {
  if (value === undefined) return;
  if (typeof value === 'object' && value !== null && 'node' in value && member in value) return;
  throwOptionError(option, `must be a construct of type ${kind}`, describeValue(value), `write it like ${example}`);
}

export interface ResourceKind {
  readonly kind: string;
  /** A property of every construct of this kind. */
  readonly member: string;
  readonly example: string;
}

export const BUCKET_KIND: ResourceKind = {
  kind: 's3.IBucket',
  member: 'bucketArn',
  example: "s3.Bucket.fromBucketName(this, 'Bucket', 'photos')",
};

/** Plain JavaScript can pass a string, and 'false' would count as true. */
export function checkBoolean(option: string, value: unknown): void {
  if (value !== undefined && typeof value !== 'boolean') {
    throwOptionError(option, 'must be true or false', describeValue(value), 'write it without quotes');
  }
}

/** Describes a value for an error message. Of an object only the type: its content may be long or secret. */
export function describeValue(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (Array.isArray(value)) return value.length === 0 ? '[]' : 'a list';
  if (typeof value === 'function') return 'a function';
  if (typeof value !== 'object' || value === null) return String(value);
  const name = (value.constructor as { name?: string } | undefined)?.name;
  return name === undefined || name === 'Object' ? 'a plain object' : `an object of ${name}`;
}

/** Plain JavaScript can pass a single string, and its letters would be read as members. */
export function checkList(option: string, value: readonly unknown[] | undefined, example: string): void {
  if (value !== undefined && !Array.isArray(value)) {
    throwOptionError(option, 'must be a list', describeValue(value), `write it like ${example}`);
  }
}

/** Lists the names of all options. The compiler demands each one. */
export function listOptionNames<T>(options: Record<keyof Required<T>, true>): string[] {
  return Object.keys(options);
}

/** A misspelt option would have no effect. */
export function checkNames(of: string, options: object, known: readonly string[]): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throwOptionError(
      prefix === '' ? 'props' : '',
      `of ${of} must be an object of options`,
      describeValue(options),
      `it has ${known.join(', ')}`,
    );
  }
  const foreign = Object.entries(options).find(([name]) => !known.includes(name));
  if (foreign) {
    throwOptionError(foreign[0], `is not an option of ${of}`, describeValue(foreign[1]), `it has ${known.join(', ')}`);
  }
}

export interface WholeNumberRule {
  readonly min: number;
  readonly max?: number;
  readonly fix: string;
}

/** Tokens pass: their values are known at deployment only. */
export function checkWholeNumber(
  option: string, value: number | undefined, { min, max = Number.MAX_SAFE_INTEGER, fix }: WholeNumberRule,
): void {
  if (value === undefined || Token.isUnresolved(value)) return;
  if (Number.isInteger(value) && value >= min && value <= max) return;
  const range = max === Number.MAX_SAFE_INTEGER ? `of at least ${min}` : `from ${min} to ${max}`;
  throwOptionError(option, `must be a whole number ${range}`, describeValue(value), fix);
}

/** For values that determine other values or become part of a text: a token would be used literally. */
export function checkKnown(option: string, value?: Duration | Size): void {
  if (value?.isUnresolved?.()) {
    throwOptionError(option, 'must be known at synthesis', 'a token', 'give it as a literal');
  }
}

export interface DurationRule {
  readonly min: Duration;
  readonly max?: Duration;
  /** The resolution of the value. */
  readonly unit: keyof typeof MILLISECONDS;
  readonly fix: string;
}

const MILLISECONDS = { seconds: 1_000, hours: 3_600_000, days: 86_400_000 } as const;

export function checkDuration(option: string, value: Duration | undefined, rule: DurationRule): void {
  if (value === undefined) return;
  // Checked by its methods: objects from other jsii languages, or from another copy of the library, are of another
  // class.
  if (typeof value.toMilliseconds !== 'function') {
    throwOptionError(option, 'must be a Duration', describeValue(value), 'write it like Duration.seconds(60)');
  }
  if (value.isUnresolved()) return;
  const millis = value.toMilliseconds({ integral: false });
  const max = rule.max?.toMilliseconds() ?? Infinity;
  if (millis % MILLISECONDS[rule.unit] === 0 && millis >= rule.min.toMilliseconds() && millis <= max) return;
  const range = rule.max
    ? `from ${rule.min.toHumanString()} to ${rule.max.toHumanString()}`
    : `of at least ${rule.min.toHumanString()}`;
  throwOptionError(option, `must be a time ${range} in whole ${rule.unit}`, value.toHumanString(), rule.fix);
}

export interface SizeRule {
  readonly min: Size;
  readonly max: Size;
  readonly unit: 'bytes' | 'mebibytes';
  readonly fix: string;
}

export function checkSize(option: string, value: Size | undefined, rule: SizeRule): void {
  if (value === undefined) return;
  if (typeof value.toMebibytes !== 'function') {
    throwOptionError(option, 'must be a Size', describeValue(value), 'write it like Size.mebibytes(512)');
  }
  if (value.isUnresolved()) return;
  const bytes = countBytes(value);
  const unitBytes = rule.unit === 'mebibytes' ? 1024 * 1024 : 1;
  if (bytes % unitBytes === 0 && bytes >= countBytes(rule.min) && bytes <= countBytes(rule.max)) return;
  throwOptionError(
    option,
    `must be a size from ${formatSize(rule.min)} to ${formatSize(rule.max)} in whole ${rule.unit}`,
    formatSize(value),
    rule.fix,
  );
}

/** Without rounding: by default CDK throws its own error for a fraction. */
function countBytes(size: Size): number {
  return size.toBytes({ rounding: SizeRoundingBehavior.NONE });
}

export function formatSize(size: Size): string {
  const bytes = countBytes(size);
  if (bytes === 1) return '1 byte';
  return bytes > 0 && bytes % (1024 * 1024) === 0 ? `${bytes / (1024 * 1024)} MiB` : `${bytes} bytes`;
}

/** Origin of an app in a web view, such as Capacitor or Tauri. No URL parser knows these schemes. */
const APP_ORIGIN = /^[a-z][a-z0-9+.-]*:\/\/[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[1-9]\d{0,4})?$/;
/** Schemes without an origin in requests, or without pages. */
const NO_ORIGIN = ['about:', 'blob:', 'data:', 'file:', 'ftp:', 'javascript:', 'ws:', 'wss:'];

/**
 * Origins must be exactly as browsers send them (RFC 6454, section 6.2), or they never match. Tokens pass: their
 * resource determines them.
 */
export function checkOrigins(option: string, origins?: readonly string[]): void {
  checkList(option, origins, "['https://app.example.com']");
  if (Token.isUnresolved(origins)) {
    throwOptionError(
      option,
      'must be a list whose length is known at synthesis',
      'a token',
      'give its origins one by one, with Fn.select',
    );
  }
  for (const origin of origins ?? []) {
    if (Token.isUnresolved(origin) || isOrigin(origin)) continue;
    throwOptionError(
      option,
      'must hold origins as browsers send them: scheme, host and port, in lower case',
      describeText(origin),
      'write it like https://app.example.com or capacitor://localhost',
    );
  }
}

function isOrigin(origin: string): boolean {
  if (typeof origin !== 'string' || !URL.canParse(origin) || origin.includes('*')) return false;
  const { protocol, origin: parsed } = new URL(origin);
  if (['http:', 'https:'].includes(protocol)) return parsed === origin;
  return APP_ORIGIN.test(origin) && !NO_ORIGIN.includes(protocol);
}

function describeText(value: unknown): string {
  return typeof value === 'string' ? value : describeValue(value);
}

/** For texts in keys, URLs or logical ids, and for enumerations: a token would be used literally. */
export function checkKnownText(option: string, value: unknown): void {
  if (Token.isUnresolved(value)) {
    throwOptionError(option, 'must be known at synthesis', 'a token', 'give it as a literal');
  }
}
