import { stubService } from './service-stub';
import { openDistribution } from '../../../lambda/aws/distribution';

let code: string | undefined;

stubService('CLOUDFRONT', (request, response) => {
  request.resume();
  if (code === undefined) {response.writeHead(201).end('<Invalidation><Id>I1</Id></Invalidation>');} else {
    response.writeHead(400).end(
      `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>no</Message></Error></ErrorResponse>`,
    );
  }
});

const invalidate = async (): Promise<boolean> => openDistribution('E1').invalidate(['/_/alice/*']);

test('an invalidation that CloudFront accepts resolves', async () => {
  code = undefined;
  expect(await invalidate()).toBe(true);
});

test.each(['TooManyInvalidationsInProgress', 'Throttling', 'ThrottlingException'])(
  '%s means that the invalidation is retried later', async name => {
    code = name;
    expect(await invalidate()).toBe(false);
  },
);

test('any other error of CloudFront is thrown', async () => {
  code = 'InvalidArgument';
  await expect(invalidate()).rejects.toThrow('no');
});
