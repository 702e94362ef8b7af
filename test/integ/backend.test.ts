import { handler } from '../../integ/account/backend';
import { createLocalServerEnvironment } from '../environments/local-server';

/**
 * Runs the function that tests the service in an AWS account, but without an account. Signatures are not checked here:
 * `integ/emulators` does that.
 */
test('the backend of the account tests takes images through the service and sees an overwrite refused', async () => {
  const environment = createLocalServerEnvironment();
  await environment.start();
  try {
    Object.assign(process.env, {
      IMAGES_URL: `${environment.url()}/`,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
    });
    expect(await handler()).toEqual({ travelled: 2, failures: [], overwrite: 412, plainHttp: null });
  } finally {
    await environment.stop();
  }
});
