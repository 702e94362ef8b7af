/**
 * What must always hold:
 * I1 a ready row has its object as recorded; I2 every object has a live row, and nothing unfinished is forgotten;
 * I3 rows, facets and indexes agree with each other; I4 what was acknowledged stays; I5 what was deleted never comes back;
 * I6 a ready row has its variants as recorded, and of the service's set; I7 nothing unscanned is readable; I8 each effect happens once;
 * I9 a list shows exactly what is stored; I10 no original is deleted for a record that does not own it; I11 an owner occupies no more workers than
 * their share.
 */
export type Invariant = 'I1' | 'I2' | 'I3' | 'I4' | 'I5' | 'I6' | 'I7' | 'I8' | 'I9' | 'I10' | 'I11';

export interface Finding {
  readonly invariant: Invariant;
  /** The row, object or image that it is about. */
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
