import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ObservedClient, UnexpectedAnswer } from './observed-client';
import { History } from '../audit/history';

const ID = '01ARZ3NDEKTSV4RRFFQ69G5FAV';

let server: Server;
let statuses: number[];
let puts: string[];

beforeEach(async () => {
  puts = [];
  server = createServer((request, response) => {
    let body = '';
    request.on('data', chunk => { body += String(chunk); }).on('end', () => {
      puts.push(body);
      response.writeHead(statuses[puts.length - 1]).end('<Error/>');
    });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => new Promise(resolve => { server.close(resolve).closeAllConnections(); }));

/** Uploads to a storage that answers with these statuses; returns the client's history. */
async function put(...answers: number[]): Promise<History> {
  statuses = answers;
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const history = new History(() => 0);
  history.created(ID, history.begin(ID), 1);
  await new ObservedClient(url, 'alice', history).put(ID, { url, headers: {} }, Buffer.from('bytes'), 'ready');
  return history;
}

// Storage's answers to a PUT, and the client's reactions: the table of docs/http-api.md.
test.each([[[200]], [[412]], [[409, 200]], [[409, 412]], [[409, 409, 409, 200]]])(
  'an upload whose PUTs answer %j is known as uploaded', async answers => {
    const history = await put(...answers);
    expect(puts).toEqual(answers.map(() => 'bytes'));
    expect(history.begin(ID).uploaded).toBe(true);
  },
);

test.each([[[400]], [[403]], [[500]], [[409, 403]], [[409, 409, 409, 409]]])(
  'an upload whose PUTs answer %j is a failure', async answers => {
    await expect(put(...answers)).rejects.toBeInstanceOf(UnexpectedAnswer);
    expect(puts).toHaveLength(answers.length);
  },
);
