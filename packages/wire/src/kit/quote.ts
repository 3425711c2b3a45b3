/** Beyond this a native call is cheaper than looking at each character here. */
const SHORT = 40;

/** The JSON text of a string, escaped as JSON.stringify does. */
export function quote(value: string): string {
  if (value.length > SHORT) return JSON.stringify(value);
  for (let index = 0; index < value.length; index++) {
    const code = value.charCodeAt(index);
    if (code < 32 || code === 34 || code === 92 || (code >= 0xd800 && code <= 0xdfff)) return JSON.stringify(value);
  }
  return `"${value}"`;
}
