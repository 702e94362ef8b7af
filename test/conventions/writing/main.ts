import {
  listAllFunctions, measureNames, measureQuestions, measureWords, NAME_RULES, readTexts, type Share,
} from './measure';

const USAGE = `Measures names and prose by the rules of CONTRIBUTING.md.

  npx tsx test/conventions/writing/main.ts [--all] [FOLDER…]

  FOLDER  code to measure, such as lambda/http; without one, all code and documents
  --all   print every finding, not the first ten of each rule`;

function print(rule: string, { findings, of }: Share, unit: string, most: number): void {
  const share = unit === 'words'
    ? `${(1000 * findings.length / Math.max(1, of)).toFixed(1)} per 1,000`
    : `${(100 * findings.length / Math.max(1, of)).toFixed(1)} %`;
  console.log(`${rule}: ${findings.length} of ${of} ${unit}, ${share}`);
  for (const { place, text } of findings.slice(0, most)) console.log(`    ${place}  ${text}`);
}

function main(args: readonly string[]): void {
  if (args.includes('--help')) return console.log(USAGE);
  const most = args.includes('--all') ? Infinity : 10;
  const named = args.filter(arg => !arg.startsWith('--'));
  const folders = named.length > 0 ? named : undefined;
  print('"what", "who", "none" and their kin', measureWords(readTexts(folders)), 'words', most);
  const functions = listAllFunctions(folders);
  for (const [rule, isFault] of Object.entries(NAME_RULES)) {
    print(`function name ${rule}`, measureNames(functions, isFault), 'functions', most);
  }
  print('a question with a side effect', measureQuestions(functions), 'questions', most);
}

main(process.argv.slice(2));
