import { readFileSync } from 'node:fs';
import { REJECTION_CODES } from '../../../src/contract';

test.each(REJECTION_CODES)('docs/formats.md says when an upload is rejected as %s', code => {
  const [, section] = readFileSync('docs/formats.md', 'utf8').split('### Rejected files');
  expect(section).toContain(`\`${code}\``);
});
