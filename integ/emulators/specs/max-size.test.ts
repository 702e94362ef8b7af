import { Client, expectStatus } from '../../../test/acceptance/support/client';
import { contractWorld } from '../deployment';

const client = new Client(contractWorld());
const MEBIBYTE = 1024 * 1024;

test('the largest upload is what the second deployment says', async () => {
  expectStatus(await client.create({ content_type: 'image/png', size: MEBIBYTE }), 201);
  expectStatus(await client.create({ content_type: 'image/png', size: MEBIBYTE + 1 }), 413);
});
