import { readFileSync } from 'node:fs';

/**
 * The Dockerfile instructions that ours use. Any other instruction is an error, so that nothing is ignored silently.
 */
const KEYWORDS = ['ARG', 'FROM', 'WORKDIR', 'COPY', 'RUN', 'ENV', 'USER', 'EXPOSE', 'HEALTHCHECK', 'CMD'] as const;
export type Keyword = typeof KEYWORDS[number];

export type Variables = Readonly<Record<string, string>>;

export interface Instruction {
  readonly line: number;
  readonly keyword: Keyword;
  readonly flags: Variables;
  /** The arguments after the flags. */
  readonly text: string;
}

export interface Stage {
  readonly name: string;
  /** An image, or the name of an earlier stage. */
  readonly base: string;
  readonly instructions: readonly Instruction[];
}

/**
 * The stages of a Dockerfile, in order; the build produces the last one. Arguments before the first stage may choose
 * their bases.
 */
export function readStages(path: string, buildArgs: Variables = {}): Stage[] {
  const args: Record<string, string> = {};
  const stages: (Stage & { readonly instructions: Instruction[] })[] = [];
  for (const instruction of parseInstructions(readFileSync(path, 'utf8'))) {
    if (instruction.keyword === 'FROM') {
      const [base, , name = `${stages.length}`] = instruction.text.split(/\s+/);
      stages.push({ name, base: expand(base, args), instructions: [] });
    } else if (stages.length > 0) {
      stages.at(-1)!.instructions.push(instruction);
    } else {
      const [name, value = ''] = instruction.text.split('=');
      args[name] = buildArgs[name] ?? value;
    }
  }
  return stages;
}

/** `$NAME` and `${NAME}`: the builder replaces them everywhere but in commands. */
export function expand(text: string, variables: Variables): string {
  return text.replace(/\$\{(\w+)\}|\$(\w+)/g, (found, braced?: string, bare?: string) => {
    const value = variables[(braced ?? bare)!];
    if (value === undefined) throw new Error(`${found} has no value in: ${text}`);
    return value;
  });
}

/** The form with brackets, which no shell splits. */
export function execForm(text: string): string[] {
  const words: unknown = JSON.parse(text);
  if (Array.isArray(words) && words.every(word => typeof word === 'string')) return words;
  throw new Error(`a list of strings is needed, got: ${text}`);
}

function parseInstructions(text: string): Instruction[] {
  const found: Instruction[] = [];
  let pending = '';
  let start = 0;
  text.split('\n').forEach((raw, index) => {
    if (/^\s*(#|$)/.test(raw)) return;
    if (pending === '') start = index + 1;
    pending += raw.replace(/\\\s*$/, ' ');
    if (/\\\s*$/.test(raw)) return;
    found.push(parse(pending.trim(), start));
    pending = '';
  });
  return found;
}

function parse(text: string, line: number): Instruction {
  const [, keyword, rest] = /^(\w+)\s+(.*)$/.exec(text) ?? [];
  if (!(KEYWORDS as readonly string[]).includes(keyword)) {
    throw new Error(`line ${line}: ${keyword ?? text} is not run by hand here; teach test/docker/hand-builder.ts`);
  }
  const [flagText] = /^(--\S+\s+)*/.exec(rest)!;
  const flags = Object.fromEntries([...flagText.matchAll(/--([\w-]+)=(\S+)/g)].map(([, name, value]) => [name, value]));
  return { line, keyword: keyword as Keyword, flags, text: rest.slice(flagText.length) };
}
