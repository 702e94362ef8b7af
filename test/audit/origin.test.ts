import { type AnyImageRow } from './row-kinds';
import { ROW_RULES } from './row-rules';

/** Findings about one attribute of an otherwise empty row. */
function listFindings(attribute: keyof AnyImageRow, value: unknown): string[] {
  const findings: string[] = [];
  const row = { image_id: 'i', status: 'pending', [attribute]: value } as AnyImageRow;
  for (const rule of ROW_RULES) rule(row, (_, text) => findings.push(text));
  return findings.filter(text => text.includes(`"${attribute}"`));
}

test.each([
  ['request_id', 'GET /images', '"request_id" cannot be "GET /images"'],
  ['request_id', '', '"request_id" cannot be ""'],
  ['uploaded_at', 1_767_225_600, '"uploaded_at" cannot be 1767225600'],
] as const)('the auditor reports the %s %j', (attribute, value, finding) => {
  expect(listFindings(attribute, value)).toEqual([finding]);
});

test.each([
  ['request_id', '0f8b2c1e-5a64-4f0e-9b1c-2f9d1f0a7b33'], ['request_id', 'JKJaXmPLvHcESHA='], ['request_id', undefined],
  ['uploaded_at', 1_767_225_600_000], ['uploaded_at', undefined],
] as const)('the auditor accepts the %s %j', (attribute, value) => {
  expect(listFindings(attribute, value)).toEqual([]);
});
