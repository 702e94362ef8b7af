import { endsInPreposition, takeFirstWord, listFunctions, listStoreCalls, type NamedFunction } from './names';
import { countWords, listCode, listDocuments, readComments, readDocument, type Text } from './sources';
import { PHRASES, VERBS } from './verbs';

/** Words that mostly stand for a thing without a name; see ../../../CONTRIBUTING.md. */
const BANNED = /\b(what|whatever|who|whoever|whom|whose|none)\b/gi;

export interface Finding {
  readonly place: string;
  readonly text: string;
}

export interface Share {
  readonly findings: Finding[];
  readonly of: number;
}

export function measureWords(texts: readonly Text[]): Share {
  const findings = texts.flatMap(
    ({ file, line, text }) => [...text.matchAll(BANNED)].map(({ index, 0: word }): Finding => ({
      place: `${file}:${line + text.slice(0, index).split('\n').length - 1}`,
      text: `${word}: ${findLine(text, index)}`,
    })),
  );
  return { findings, of: texts.reduce((sum, { text }) => sum + countWords(text), 0) };
}

function findLine(text: string, index: number): string {
  return text.slice(text.lastIndexOf('\n', index) + 1).split('\n')[0].trim();
}

export function readTexts(folders?: readonly string[]): Text[] {
  return [...listCode(folders).flatMap(readComments), ...(folders ? [] : listDocuments().map(readDocument))];
}

function buildFinding({ file, line, name }: NamedFunction): Finding {
  return { place: `${file}:${line}`, text: name };
}

export function measureNames(functions: readonly NamedFunction[], isFault: (name: string) => boolean): Share {
  return { findings: functions.filter(({ name }) => isFault(name)).map(buildFinding), of: functions.length };
}

export const NAME_RULES: Readonly<Record<string, (name: string) => boolean>> = {
  'ends in a preposition': name => endsInPreposition(name) && !PHRASES.test(name),
  'does not start with a verb': name => !VERBS.has(takeFirstWord(name)) && !PHRASES.test(name),
};

export function measureQuestions(functions: readonly NamedFunction[]): Share {
  const questions = functions.filter(({ name }) => /^(is|has|can|should)[A-Z]/.test(name));
  const findings = questions.flatMap(question => listStoreCalls(question).map(
    (call): Finding => ({ ...buildFinding(question), text: `${question.name} awaits ${call}` }),
  ));
  return { findings, of: questions.length };
}

export function listAllFunctions(folders?: readonly string[]): NamedFunction[] {
  return listCode(folders).flatMap(listFunctions);
}
