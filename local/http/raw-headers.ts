/** Groups Node's `rawHeaders` by lower-case name, in order. Node's `headers` drops repeats of some headers. */
export function groupHeaders(raw: readonly string[]): Map<string, string[]> {
  const headers = new Map<string, string[]>();
  for (let i = 0; i < raw.length; i += 2) {
    const name = raw[i].toLowerCase();
    headers.set(name, [...headers.get(name) ?? [], raw[i + 1]]);
  }
  return headers;
}
