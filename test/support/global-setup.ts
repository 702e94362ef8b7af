import { prepareCorpus } from './corpus';

/** Suites read the corpus while they load, so jest must prepare its files first. */
export default async function globalSetup(): Promise<void> {
  await prepareCorpus();
}
