/**
 * Parses a `Content-Disposition` by the grammar of RFC 6266, section 4.1, and RFC 8187, section 3.2; throws on any
 * deviation. `filename*` takes precedence over `filename` (RFC 6266, section 4.3).
 */
export function parseContentDisposition(value: string): { type: string; filename: string } {
  const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
  if (!/^[\x20-\x7e]*$/.test(value)) throw new Error(`the header is not ASCII: ${JSON.stringify(value)}`);
  const type = new RegExp(`^${TOKEN}`).exec(value)?.[0] ?? '';
  const parameters = new Map<string, string>();
  const parameter = new RegExp(`\\s*;\\s*(${TOKEN})\\s*=\\s*("(?:[^"\\\\]|\\\\.)*"|${TOKEN})`, 'y');
  parameter.lastIndex = type.length;
  let end = type.length;
  for (let match = parameter.exec(value); match; match = parameter.exec(value)) {
    end = parameter.lastIndex;
    const name = match[1].toLowerCase();
    if (parameters.has(name)) throw new Error(`"${name}" is given twice: ${value}`);
    parameters.set(name, match[2]);
  }
  if (end !== value.length) {
    throw new Error(`nothing in the grammar allows ${JSON.stringify(value.slice(end))} in ${value}`);
  }
  return { type, filename: readFilename(parameters) };
}

function readFilename(parameters: ReadonlyMap<string, string>): string {
  const extended = parameters.get('filename*');
  if (extended === undefined) return (parameters.get('filename') ?? '').replace(/^"|"$/g, '').replace(/\\(.)/g, '$1');
  const [, encoded] = /^UTF-8'[A-Za-z-]*'((?:[!#$&+.^_`|~0-9A-Za-z-]|%[0-9A-Fa-f]{2})*)$/i.exec(extended) ?? [];
  if (encoded === undefined) throw new Error(`"filename*" is no ext-value of RFC 8187: ${extended}`);
  return decodeURIComponent(encoded);
}
