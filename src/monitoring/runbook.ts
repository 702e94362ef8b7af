/** Builds the address of a section of the runbook. */
export function buildRunbookLink(runbookUrl: string, heading: string): string {
  return `${runbookUrl}#${buildAnchor(heading)}`;
}

/** The anchor that GitHub gives to a heading. */
export function buildAnchor(heading: string): string {
  return heading.toLowerCase().replace(/[^\w\- ]/g, '').replace(/ /g, '-');
}
