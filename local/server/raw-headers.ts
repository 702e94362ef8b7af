/** Values by lower-case name, in order, of what Node calls `rawHeaders`: it keeps only the first of some repeated headers otherwise. */
export function groupHeaders(raw: readonly string[]): Map<string, string[]> {
  const headers = new Map<string, string[]>();
  for (let i = 0; i < raw.length; i += 2) {
    const name = raw[i].toLowerCase();
    headers.set(name, [...headers.get(name) ?? [], raw[i + 1]]);
  }
  return headers;
}
