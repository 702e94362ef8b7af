import { prepareCorpus } from './corpus';

/** Suites read the corpus while they are loaded, so its files are there before the first. */
export default async function globalSetup(): Promise<void> {
  await prepareCorpus();
}
