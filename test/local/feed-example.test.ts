import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ServerProcess } from './support/server-process';
import { type CallImages, type Post, renderFeed } from '../../examples/feed/feed';
import { photo } from '../acceptance/support/pictures';

jest.setTimeout(120_000);

const FEED = join(__dirname, '..', '..', 'examples', 'feed');

describe('examples/feed', () => {
  let folder: string;
  let server: ServerProcess;
  let url: string;
  let calls: string[];
  const callImages: CallImages = async (user, method, path, json) => {
    calls.push(`${method} ${path}`);
    const headers = { 'x-user-id': user, 'content-type': 'application/json' };
    return fetch(new URL(path, url), { method, headers, body: JSON.stringify(json) });
  };

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'feed-'));
    writeFileSync(join(folder, 'photo.jpg'), (await photo()).bytes);
    server = new ServerProcess(['--port', '0', '--data', join(folder, 'data')]);
    url = await server.url();
    await post('alice', 'The "harbour" <1>');
    await post('bob', 'Only for you', 'carol');
  });
  afterAll(async () => {
    await server?.end('SIGTERM');
    rmSync(folder, { recursive: true, force: true });
  });
  beforeEach(() => { calls = []; });

  /** Runs the command of the README. */
  async function post(author: string, text: string, ...viewers: string[]): Promise<void> {
    const args = ['tsx', join(FEED, 'post.ts'), author, join(folder, 'photo.jpg'), text, ...viewers];
    const env = { ...process.env, IMAGES_URL: url, POSTS_FILE: join(folder, 'posts.jsonl') };
    await promisify(execFile)('npx', args, { env });
  }

  async function readPosts(): Promise<Post[]> {
    process.env.POSTS_FILE = join(folder, 'posts.jsonl');
    return (await import('../../examples/feed/posts')).readPosts();
  }

  test('shows the pictures of all authors by one request', async () => {
    const html = await renderFeed(callImages, 'carol', await readPosts());
    expect(calls).toEqual(['POST images/batch-get']);
    expect([...html.matchAll(/<h2>(.*?)<\/h2>/g)].map(([, author]) => author)).toEqual(['bob', 'alice']);
    const [, source] = /<img src="([^"]+)"/.exec(html)!;
    const picture = await fetch(source.replaceAll('&amp;', '&'));
    expect([picture.status, picture.headers.get('content-type')]).toEqual([200, expect.stringMatching(/^image\//)]);
  });

  test('drops the posts whose images the viewer may not see', async () => {
    const html = await renderFeed(callImages, 'dave', await readPosts());
    expect([...html.matchAll(/<h2>(.*?)<\/h2>/g)].map(([, author]) => author)).toEqual(['alice']);
  });

  test('shows texts as they are, and never as HTML', async () => {
    const html = await renderFeed(callImages, 'dave', await readPosts());
    expect(html).toContain('<p>The &quot;harbour&quot; &lt;1&gt;</p>');
  });

  test('says in one line why a picture cannot be posted', async () => {
    const args = ['tsx', join(FEED, 'post.ts'), 'alice', 'notes.txt', 'Notes'];
    await expect(promisify(execFile)('npx', args)).rejects.toMatchObject({
      code: 1,
      stderr: 'the file must end in .jpg, .jpeg, .png, .webp, .avif, .gif, .heic, .heif, got: notes.txt\n',
    });
  });

  test('asks for nothing without posts', async () => {
    expect(await renderFeed(callImages, 'carol', [])).toContain('There are no pictures yet.');
    expect(calls).toEqual([]);
  });
});
