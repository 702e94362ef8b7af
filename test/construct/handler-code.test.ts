import { Architecture, type AssetCode } from 'aws-cdk-lib/aws-lambda';
import { fromImage, fromZip } from '../../src/private/handler-code';

test.each([['a zip file', fromZip], ['an image', fromImage]])('a handler that was not bundled is named, with the command that bundles it, for %s', (_kind, from) => {
  expect(() => from(Architecture.ARM_64)('absent')).toThrow(/assets\/absent is not there: run `npm run bundle`/);
  expect(() => from(Architecture.ARM_64)('api')).not.toThrow();
});

test.each([Architecture.ARM_64, Architecture.X86_64])('the worker is the zip file for its processor: $name', architecture => {
  const { code } = fromZip(architecture)('worker');
  expect((code as AssetCode).path).toMatch(new RegExp(`/assets/worker-${architecture.name}\\.zip$`));
});
