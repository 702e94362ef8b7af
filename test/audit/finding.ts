/**
 * The invariants:
 * I1 a ready row has its object as recorded;
 * I2 every object has a live row, and every unfinished image stays scheduled;
 * I3 rows, facets and indexes agree with each other;
 * I4 acknowledged images stay;
 * I5 deleted images never come back;
 * I6 a ready row has its variants as recorded, and of the service's set;
 * I7 no unscanned bytes are readable;
 * I8 each effect happens once;
 * I9 a list shows exactly the stored images;
 * I10 an original is deleted only for the record that owns it;
 * I11 an owner occupies no more workers than their share;
 * I12 each change of status has its event, and nothing else has one.
 */
export type Invariant = 'I1' | 'I2' | 'I3' | 'I4' | 'I5' | 'I6' | 'I7' | 'I8' | 'I9' | 'I10' | 'I11' | 'I12';

export interface Finding {
  readonly invariant: Invariant;
  /** The row, object or image of the finding. */
  readonly subject: string;
  readonly problem: string;
}

/** Reports a finding about the subject that it was made for. */
export type Report = (invariant: Invariant, problem: string) => void;

export function reporter(findings: Finding[], subject: string): Report {
  return (invariant, problem) => void findings.push({ invariant, subject, problem });
}

export function describeFindings(findings: readonly Finding[]): string {
  return findings.map(({ invariant, subject, problem }) => `${invariant} ${subject}: ${problem}`).join('\n');
}
