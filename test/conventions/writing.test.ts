import {
  listAllFunctions, measureNames, measureQuestions, measureWords, NAME_RULES, readTexts, type Share,
} from './writing/measure';
import { listDocuments, readDocument, type Text } from './writing/sources';

const SHIPPED = ['src', 'lambda', 'local', 'cli'];
const PER_1000_WORDS = 2;

/** The code at the edge is in the template as it is written, so a new name there would change the template. */
const EDGE = /^lambda\/edge\//;

/** Names of the public API, of libraries, and properties that hold a function. */
const NOUNS = new Set([
  'iam', 'jwt', 'cognito', 'custom', 'zip', 'containerImage', 'cloudFront', 'eventBridge', 'presignedOnly', 'generated', 'signed', 'anyone', 'none', 'clamAv', 'xray',
  'defaultProvider', 'now', '[Symbol.hasInstance]',
]);

function countPer1000({ findings, of }: Share): number {
  return 1000 * findings.length / of;
}

function listFaults(rule: string, folders: string[]): string[] {
  const functions = listAllFunctions(folders).filter(({ file }) => !EDGE.test(file));
  return measureNames(functions, NAME_RULES[rule]).findings.filter(({ text }) => !NOUNS.has(text)).map(
    ({ place, text }) => `${place} ${text}`,
  );
}

function createText(text: string): Text {
  return { file: 'planted.md', line: 1, text };
}

test('"what", "who", "none" and their kin are rare in comments of shipped code', () => {
  expect(countPer1000(measureWords(readTexts(SHIPPED)))).toBeLessThanOrEqual(PER_1000_WORDS);
});

test('they are rare in documents', () => {
  expect(countPer1000(measureWords(listDocuments().map(readDocument)))).toBeLessThanOrEqual(PER_1000_WORDS);
});

test('the measure counts each of them', () => {
  expect(measureWords([createText('What makes it\ntells who asks, and none whose')])).toMatchObject({
    of: 9,
    findings: [{ place: 'planted.md:1' }, { place: 'planted.md:2' }, {}, {}],
  });
});

test('function names of shipped code start with a verb', () => {
  expect(listFaults('does not start with a verb', SHIPPED)).toEqual([]);
});

test('function names end in no preposition', () => {
  expect(listFaults('ends in a preposition', [...SHIPPED, 'integ', 'benchmarks', 'projenrc'])).toEqual([]);
});

test('functions named as questions await no call of a table, a bucket or a queue', () => {
  expect(measureQuestions(listAllFunctions(SHIPPED)).findings).toEqual([]);
});
