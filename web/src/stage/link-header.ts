export interface Link {
  target: string;
  /** By their names in lower case. */
  parameters: ReadonlyMap<string, string>;
}

const TARGET = /[\s,]*<([^>]*)>/y;
const TOKEN = "[\\w!#$%&'*+.^`|~-]+";
const PARAMETER = new RegExp(`\\s*;\\s*(${TOKEN})(?:\\s*=\\s*(?:"((?:[^"\\\\]|\\\\.)*)"|(${TOKEN})))?`, "y");

/**
 * Read a Link header (RFC 8288), or several that fetch has put together with commas.
 *
 * Of a parameter that is there twice, the first counts. Links after something that is none are left out.
 */
export function parseLinks(header: string): Link[] {
  const links: Link[] = [];
  let at = 0;
  for (let target = match(TARGET, header, at); target; target = match(TARGET, header, at)) {
    at += target[0].length;
    const parameters = new Map<string, string>();
    for (let found = match(PARAMETER, header, at); found; found = match(PARAMETER, header, at)) {
      at += found[0].length;
      const name = found[1]?.toLowerCase() ?? "";
      const value = found[2]?.replaceAll(/\\(.)/g, "$1") ?? found[3] ?? "";
      if (!parameters.has(name)) parameters.set(name, value);
    }
    links.push({ target: target[1] ?? "", parameters });
    const next = match(/\s*(,|$)/y, header, at);
    if (!next) return links.slice(0, -1);
  }
  return links;
}

function match(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}
