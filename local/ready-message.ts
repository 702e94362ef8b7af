import type { LocalServer } from './server/local-server';
import { paint } from './terminal';

/** A transparent PNG of one pixel. */
const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==';

/** Commands that upload an image and list it, to paste into bash. */
function formatExampleCommands(url: string): string {
  const size = Buffer.from(PIXEL, 'base64').length;
  return [
    `api=${url}`,
    `node -e 'require("fs").writeFileSync("pixel.png", Buffer.from("${PIXEL}", "base64"))'`,
    'created=$(curl -sS $api/images -H \'x-user-id: alice\' -H \'content-type: application/json\' \\',
    `  -d '{"content_type":"image/png","size":${size},"filename":"pixel.png","tags":["first"]}')`,
    'image=$(node -p \'JSON.parse(process.argv[1]).image_id\' "$created")',
    'upload=$(node -p \'JSON.parse(process.argv[1]).upload.url\' "$created")',
    'curl -sS -X PUT "$upload" -H \'content-type: image/png\' -H \'if-none-match: *\' --data-binary @pixel.png',
    'curl -sS -X POST $api/images/$image/confirm -H \'x-user-id: alice\'; echo',
    'curl -sS $api/images -H \'x-user-id: alice\'; echo',
  ].join('\n');
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

export function showReady(server: LocalServer): void {
  const { url, about } = server;
  console.log(`
${paint('bold', `The image service listens on ${url}`)}

Paste this into a shell to upload an image, confirm it and list it:

${formatExampleCommands(url)}

The x-user-id header names the user of a request. ${describeDelivery(server)}${describeAllowedPages(server)}
${about}
Press Ctrl-C to stop.`);
}
