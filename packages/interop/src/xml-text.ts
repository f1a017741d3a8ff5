// What no XML 1.0 document can hold, not even escaped: https://www.w3.org/TR/xml/#charsets
const FORBIDDEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it looks for.
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  // Readers make blanks or line feeds of these when they stand as they are.
  "\t": "&#9;",
  "\n": "&#10;",
  "\r": "&#13;",
};

/** Whether XML can hold a text. */
export function isXmlText(text: string): boolean {
  return !FORBIDDEN.test(text);
}

/** A text as it stands between tags or between double quotes. */
export function escapeXml(text: string): string {
  return text.replace(/[&<>"\t\n\r]/g, (character) => ESCAPES[character] ?? character);
}

/** ` name="value"` for each attribute that has a value. */
export function xmlAttributes(attributes: readonly (readonly [name: string, value: string | undefined])[]): string {
  return attributes.map(([name, value]) => (value === undefined ? "" : ` ${name}="${escapeXml(value)}"`)).join("");
}
