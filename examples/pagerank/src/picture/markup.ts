/**
 * Text that is safe in XML and HTML, in content and in quoted attributes.
 *
 * Control characters, lone surrogates and direction overrides become U+FFFD: the first two are not allowed there, and
 * the last would let a name rearrange the text around it.
 */
export function escapeText(text: string): string {
  return text
    .replace(FORBIDDEN, "\uFFFD")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}

const FORBIDDEN = new RegExp(
  [
    "[\\u0000-\\u001f\\u007f-\\u009f\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069\\ufffe\\uffff]",
    "[\\ud800-\\udbff](?![\\udc00-\\udfff])",
    "(?<![\\ud800-\\udbff])[\\udc00-\\udfff]",
  ].join("|"),
  "g",
);

/** Keeps a number and its unit on one line. */
const SPACE = "\u00a0";

/** The same text, which neither rearranges the line of text around it nor is rearranged by it (Unicode's isolates). */
export function isolate(text: string): string {
  return `\u2068${text}\u2069`;
}

/** At most `length` characters, the last one an ellipsis when some were cut off. */
export function shorten(text: string, length: number): string {
  const characters = Array.from(text.slice(0, 2 * length + 2));
  return characters.length <= length ? text : `${characters.slice(0, length - 1).join("")}…`;
}

/** `12,345`. */
export function formatCount(value: number): string {
  return value.toLocaleString("en-US", { maximumFractionDigits: 0 });
}

/** `12.3 %`. */
export function formatShare(part: number, whole: number): string {
  return whole === 0 ? "–" : `${((100 * part) / whole).toFixed(1)}${SPACE}%`;
}

/** `999 B`, `1.23 kB`, `45.6 MB`. */
export function formatBytes(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 ? formatCount(value) : threeDigits(value)}${SPACE}${units[unit]}`;
}

/** `340 ms`, `1.24 s`, `2 min 5 s`. */
export function formatDuration(milliseconds: number): string {
  if (milliseconds < 999.5)
    return `${milliseconds < 9.95 ? milliseconds.toFixed(1) : milliseconds.toFixed(0)}${SPACE}ms`;
  if (milliseconds < 99_950) return `${threeDigits(milliseconds / 1000)}${SPACE}s`;
  const seconds = Math.round(milliseconds / 1000);
  return `${Math.floor(seconds / 60)}${SPACE}min ${seconds % 60}${SPACE}s`;
}

/** `0.0123`, or `3.1 × 10⁻¹³` where that is shorter. */
export function formatSmall(value: number): string {
  if (value === 0 || !Number.isFinite(value)) return String(value);
  const [mantissa, exponent] = value.toExponential(1).split("e").map(Number) as [number, number];
  if (exponent >= -3 && exponent < 4) return Number(value.toPrecision(3)).toString();
  const power = `10${superscript(exponent)}`;
  return mantissa === 1 ? power : `${mantissa}${SPACE}×${SPACE}${power}`;
}

/** `⁻¹²`. */
export function superscript(value: number): string {
  return Array.from(String(value), (digit) => (digit === "-" ? "⁻" : ("⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(digit)] ?? ""))).join("");
}

function threeDigits(value: number): string {
  return value.toFixed(value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2);
}

/** A coordinate: two decimals, so that files stay small and do not differ in rounding noise. */
export function coordinate(value: number): string {
  return String(Math.round(value * 100) / 100 + 0);
}

/** A percentage for CSS. */
export function percent(part: number, whole: number): string {
  return `${whole > 0 ? coordinate((100 * part) / whole) : 0}%`;
}
