import { createServer, type RequestListener } from 'node:http';
import { callImages } from './call-images';
import { renderFeed } from './feed';
import { readPosts } from './posts';

const PORT = 5174;

/** The viewer is in the path. A real app takes it from its session: anyone can write a path. */
export const serveFeed: RequestListener = (request, response) => {
  const viewer = (request.url ?? '/').slice(1) || 'nobody';
  readPosts().then(async posts => renderFeed(callImages, viewer, posts)).then(
    html => response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(html),
    error => {
      console.error(error);
      response.writeHead(502).end();
    },
  );
};

if (require.main === module) {
  createServer(serveFeed).listen(PORT, '127.0.0.1', () => console.log(`The feed of carol is at http://localhost:${PORT}/carol`));
}
