import { HELP, readOptions } from './options';
import { report } from './report';
import { runCorpus } from './run';
import { showError } from '../../local/terminal';
import { readCorpus } from '../support/corpus';

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  if (options.help) return console.log(HELP);
  if (readCorpus().length === 0) throw new Error('image files to send must lie in ../shared/corpus, beside the checkout, got: no manifest.tsv there');
  const { text, isMet } = report(await runCorpus(options));
  console.log(text);
  if (!isMet) process.exitCode = 1;
}

main().catch((error: unknown) => {
  showError(error, 'npm run corpus');
  process.exitCode = 1;
});
