import { existsSync } from 'node:fs';
import { DEFAULT_PORT, HELP, type Options, readOptions } from './options';
import { createToken } from '../auth/create-token';
import { readIssuerKey } from '../auth/issuer-key';
import { readIssuerUrl } from '../auth/issuer-url';
import { DataFolder } from '../backends/data-folder';
import { showError } from '../terminal';

/** Prints the token and no other text, so that `$(npm run --silent token -- …)` works. */
function main(): void {
  const options = readOptions(process.argv.slice(2));
  console.log(options.help ? HELP : buildToken(options));
}

function buildToken({ dataDir, port, ...facts }: Options): string {
  const folder = new DataFolder(dataDir);
  folder.prepare();
  if (!existsSync(folder.issuerKey)) {
    console.error(`made a new key in ${folder.path}, which no server with --auth jwt has used: `
      + 'a server accepts the token only with the same --data');
  }
  const issuer = port === undefined ? readIssuerUrl(folder.issuer) : undefined;
  return createToken(readIssuerKey(folder.issuerKey), {
    ...facts,
    issuer: issuer ?? `http://localhost:${port ?? DEFAULT_PORT}`,
  });
}

try {
  main();
} catch (error) {
  showError(error, 'npm run token');
  process.exitCode = 1;
}
