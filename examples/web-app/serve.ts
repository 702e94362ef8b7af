import { readFile } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import { join } from 'node:path';

const PAGE = join(__dirname, 'page');
const PORT = 5173;

const TYPES: Readonly<Record<string, string>> = {
  '/index.html': 'text/html; charset=utf-8',
  '/style.css': 'text/css',
  '/main.js': 'text/javascript',
  '/gallery.js': 'text/javascript',
  '/image-api.js': 'text/javascript',
  '/sign-in.js': 'text/javascript',
  '/upload.js': 'text/javascript',
  '/config.json': 'application/json',
};

/** Serves the page. `config` replaces page/config.json. Any host of static files would do. */
export function servePage(config?: object): RequestListener {
  return async (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const path = pathname === '/' ? '/index.html' : pathname;
    const type = TYPES[path];
    if (type === undefined) return void response.writeHead(404).end();
    const body = path === '/config.json' && config ? JSON.stringify(config) : await readFile(join(PAGE, path));
    response.writeHead(200, { 'content-type': type, 'cache-control': 'no-cache', 'x-content-type-options': 'nosniff' });
    response.end(body);
  };
}

if (require.main === module) {
  createServer(servePage()).listen(PORT, '127.0.0.1', () => console.log(`The page is at http://localhost:${PORT}`));
}
