/** Builds the address of a section of the runbook, with the anchor that GitHub gives to a heading. */
export function buildRunbookLink(runbookUrl: string, heading: string): string {
  return `${runbookUrl}#${buildAnchor(heading)}`;
}

function buildAnchor(heading: string): string {
  return heading.toLowerCase().replace(/[^\w\- ]/g, '').replace(/ /g, '-');
}
