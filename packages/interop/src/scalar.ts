/** What an attribute of GraphML and GEXF can hold. */
export type Scalar = string | number | bigint | boolean;

/** How a format writes a value down. */
export type ScalarType = "boolean" | "integer" | "biginteger" | "double" | "string";

const DECIMAL = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;
const INTEGER = /^[+-]?\d+$/;
const INFINITE = /^[+-]?inf(inity)?$/i;
/** Of an integer of 64 bits, with room for leading zeros. */
const LONG_DIGITS = 24;
/** Larger ones take time that grows with the square of their length. */
const BIG_DIGITS = 1000;

/** A number as decimal text, `NaN` or infinite in any usual spelling; `undefined` if it is none. */
export function parseNumber(text: string): number | undefined {
  if (DECIMAL.test(text)) return Number(text);
  if (INFINITE.test(text)) return text.startsWith("-") ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return /^nan$/i.test(text) ? Number.NaN : undefined;
}

/** The value that a text stands for; `undefined` if it does not follow the type. */
export function parseScalar(type: ScalarType, text: string): Scalar | undefined {
  if (type === "string") return text;
  const trimmed = text.trim();
  switch (type) {
    case "boolean":
      return /^(true|1)$/i.test(trimmed) ? true : /^(false|0)$/i.test(trimmed) ? false : undefined;
    case "double":
      return parseNumber(trimmed);
    default:
      return parseInteger(trimmed, type === "integer" ? LONG_DIGITS : BIG_DIGITS);
  }
}

/** A number, or a bigint where a number would not be exact. */
function parseInteger(text: string, digits: number): number | bigint | undefined {
  if (!INTEGER.test(text) || text.length > digits) return undefined;
  const number = Number(text);
  // Not -0, which is no integer of these formats.
  return Number.isSafeInteger(number) ? number + 0 : BigInt(text.replace("+", ""));
}

/** A value as text, in the spelling of XML Schema. */
export function printScalar(value: Scalar): string {
  if (value === Number.POSITIVE_INFINITY) return "INF";
  if (value === Number.NEGATIVE_INFINITY) return "-INF";
  return Object.is(value, -0) ? "-0" : String(value);
}
