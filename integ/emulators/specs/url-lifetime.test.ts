import { Client } from '../../../test/acceptance/support/client';
import { createContractEnvironment } from '../deployment';

const client = new Client(createContractEnvironment());
const MINUTE = 60_000;

test('URLs live as long as the second deployment says', async () => {
  const { upload } = await client.createImage({ content_type: 'image/png', size: 1 });
  const lifetime = Date.parse(upload.expires_at) - Date.now();
  expect(lifetime).toBeGreaterThan(9 * MINUTE);
  expect(lifetime).toBeLessThanOrEqual(10 * MINUTE);
});
