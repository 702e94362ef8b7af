import { HELP, readOptions } from './options';
import { report } from './report';
import { runCorpus } from './run';
import { showError } from '../../local/terminal';
import { describeCorpus, prepareCorpus } from '../support/corpus';

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  if (options.help) return console.log(HELP);
  await prepareCorpus();
  console.error(`sends ${describeCorpus()}`);
  const { text, isMet } = report(await runCorpus(options));
  console.log(text);
  if (!isMet) process.exitCode = 1;
}

main().catch((error: unknown) => {
  showError(error, 'npm run corpus');
  process.exitCode = 1;
});
