/** `text` without the spaces and tabs (RFC 9110's `OWS`) around it. Linear, unlike the usual regular expression. */
export function trimOptionalSpace(text: string): string {
  let from = 0;
  let to = text.length;
  while (from < to && isOptionalSpace(text.charCodeAt(from))) from++;
  while (to > from && isOptionalSpace(text.charCodeAt(to - 1))) to--;
  return text.slice(from, to);
}

function isOptionalSpace(code: number): boolean {
  return code === 0x20 || code === 0x09;
}
