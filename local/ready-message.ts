import { LOCAL } from './names';
import { quoteWord } from './options';
import type { LocalServer } from './server/local-server';
import { paint } from './terminal';

/** A transparent PNG of one pixel. */
const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==';

/** Commands that upload an image and list it, to paste into bash. */
function formatExampleCommands(server: LocalServer, dataDir: string): string {
  const size = Buffer.from(PIXEL, 'base64').length;
  const { assignments, word } = formatCaller(server, dataDir);
  return [
    `api=${server.url}`,
    ...assignments,
    `node -e 'require("fs").writeFileSync("pixel.png", Buffer.from("${PIXEL}", "base64"))'`,
    `created=$(curl -sS $api/images -H ${word} -H 'content-type: application/json' \\`,
    `  -d '{"content_type":"image/png","size":${size},"filename":"pixel.png","tags":["first"]}')`,
    'id=$(node -p \'JSON.parse(process.argv[1]).image_id\' "$created")',
    'url=$(node -p \'JSON.parse(process.argv[1]).upload.url\' "$created")',
    'curl -sS -X PUT "$url" -H \'content-type: image/png\' -H \'if-none-match: *\' --data-binary @pixel.png',
    `curl -sS -X POST $api/images/$id/confirm -H ${word}; echo`,
    `curl -sS $api/images -H ${word}; echo`,
  ].join('\n');
}

/** The header that names the user, as a word of bash, and the assignments that it needs. */
function formatCaller({ tokens }: LocalServer, dataDir: string): { assignments: string[]; word: string } {
  if (!tokens) return { assignments: [], word: "'x-user-id: alice'" };
  const token = tokens.issuer === undefined
    ? `$(${formatTokenCommand(tokens.requiredScopes, dataDir)})`
    : `'paste a token of ${tokens.issuer} here'`;
  return { assignments: [`token=${token}`], word: '"authorization: Bearer $token"' };
}

function formatTokenCommand(scopes: readonly string[], dataDir: string): string {
  const options = [
    ...scopes.map(scope => `--scope ${quoteWord(scope)}`),
    ...dataDir === LOCAL.DATA_FOLDER ? [] : [`--data ${quoteWord(dataDir)}`],
  ];
  return ['npm run --silent token -- --user alice', ...options].join(' ');
}

function describeCaller({ tokens }: LocalServer): string {
  if (!tokens) return 'The x-user-id header names the user of a request.';
  return tokens.issuer === undefined
    ? 'Every request needs a token, which names its user. `npm run --silent token -- --help` lists the options of tokens.'
    : `Every request needs a token of ${tokens.issuer}, which names its user.`;
}

function describeDelivery({ url, delivery }: LocalServer): string {
  if (delivery === 'presigned') return '';
  const access = delivery === 'signed'
    ? 'with URLs that the API signs, or with cookies from POST /cdn-session'
    : 'to anyone with the URL';
  return `Variants are served under ${url}/cdn\n${access}: open any \`url\` of an image in a browser.\n`;
}

function describeAllowedPages({ corsOrigins }: LocalServer): string {
  if (corsOrigins.length > 0) return `Web pages of ${corsOrigins.join(', ')} may call the API.`;
  return 'No web page may call the API yet: allow yours with --cors-origin, for example --cors-origin http://localhost:5173.';
}

export function showReady(server: LocalServer, dataDir: string): void {
  const { url, about } = server;
  console.log(`
${paint('bold', `The image service listens on ${url}`)}

Paste this into a shell to upload an image, confirm it and list it:

${formatExampleCommands(server, dataDir)}

${describeCaller(server)} ${describeDelivery(server)}${describeAllowedPages(server)}
${about}
Press Ctrl-C to stop.`);
}
