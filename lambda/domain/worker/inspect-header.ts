import type { Inspected, Original, Step } from './step';

/** Checks the header of the original against the limits. */
export const inspectHeader: Step<Original, Inspected> = async (deps, work) => {
  const { record, bytes } = work;
  const verdict = deps.imaging.inspect(bytes, record.sniffed_type ?? record.content_type);
  return 'rejection' in verdict
    ? { end: 'rejected', rejection: verdict.rejection }
    : { ...work, header: verdict.header };
};
