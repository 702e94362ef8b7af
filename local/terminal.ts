import { styleText } from 'node:util';
import type { Step } from './backends/backend';
import type { LocalServer } from './server/local-server';

type Style = 'green' | 'red' | 'dim' | 'bold';

/** https://no-color.org: colour is for people, and only where they want it. */
function paint(style: Style, text: string, stream: NodeJS.WriteStream = process.stdout): string {
  return stream.isTTY && !process.env.NO_COLOR ? styleText(style, text) : text;
}

/** Shows each step of the start with what it took. */
export const showStep: Step = async (label, work) => {
  const start = performance.now();
  const result = await work();
  const told = typeof label === 'string' ? label : label(result);
  console.log(`${paint('green', '✓')} ${told} ${paint('dim', `${Math.round(performance.now() - start)} ms`)}`);
  return result;
};

/** Of a command such as `npm start`: who mistook its options is pointed to its help. */
export function showError(error: unknown, command: string): void {
  console.error(`${paint('red', '✗', process.stderr)} ${error instanceof Error ? withoutAdvice(error.message) : String(error)}`);
  if ((error as NodeJS.ErrnoException).code?.startsWith('ERR_PARSE_ARGS')) console.error(`${command} -- --help shows what there is`);
}

/** Node goes on to tell of arguments that begin with a dash, which no command of ours takes, and leaves a quote open there. */
function withoutAdvice(message: string): string {
  return message.split('. To specify a positional argument')[0];
}

/** A transparent pixel: the smallest image to try an upload with. */
const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==';

/** Commands that upload an image and list it, to paste into bash. */
export function formatExampleCommands(url: string): string {
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

/** How to see an image once it is there. */
function describeDelivery({ url, delivery }: LocalServer): string {
  if (delivery === 'presigned') return '';
  const by = delivery === 'signed' ? 'by URLs that the API signs, or cookies of POST /cdn-session' : 'to whoever knows their URLs';
  return `Variants are shown below ${url}/cdn,\n${by}: each \`url\` of an image opens in a browser.\n`;
}

function describeAllowedPages({ corsOrigins }: LocalServer): string {
  if (corsOrigins.length > 0) return `Web pages of ${corsOrigins.join(', ')} may call.`;
  return 'Web pages may not call yet: list the origin of yours, such as --cors-origin http://localhost:5173.';
}

export function showReady(server: LocalServer): void {
  const { url, about } = server;
  console.log(`
${paint('bold', `The image service listens on ${url}`)}

Upload an image, confirm it and list it:

${formatExampleCommands(url)}

Requests name their user in the header x-user-id. ${describeDelivery(server)}${describeAllowedPages(server)}
${about} Ctrl-C stops the server.`);
}
