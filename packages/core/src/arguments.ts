import { InvalidArgumentError } from "./errors.ts";

/**
 * A short, safe description of any value for an error message: `"abc"`, `-1`, `an array of 3`, `a function`.
 * Never longer than about 80 characters, and never runs the value's own code.
 */
export function describe(value: unknown): string {
  switch (typeof value) {
    case "string":
      return quoted(value);
    case "bigint":
      return `${value}n`.slice(0, 80);
    case "symbol":
      return "a symbol";
    case "function":
      return "a function";
    case "object":
      if (value === null) return "null";
      if (Array.isArray(value)) return `an array of ${value.length}`;
      return "an object";
    case "number":
      return Object.is(value, -0) ? "-0" : String(value);
    default:
      return String(value);
  }
}

function quoted(text: string): string {
  const short = JSON.stringify(text.length > 60 ? `${text.slice(0, 57)}...` : text);
  // Escapes can make it up to six times as long.
  return short.length <= 80 ? short : `${short.slice(0, 76)}..."`;
}

/**
 * Makes the error for an argument that is not what a call takes, in the one form that all packages use:
 * ``net.pool: expected `maxConnections` to be an integer >= 1, got -1``.
 */
export function invalidArgument(call: string, name: string, expected: string, value: unknown): InvalidArgumentError {
  return new InvalidArgumentError(`${call}: expected \`${name}\` to be ${expected}, got ${describe(value)}`, {
    details: { call, argument: name },
  });
}

/** Throws unless `value` is a string. */
export function checkString(call: string, name: string, value: unknown): asserts value is string {
  if (typeof value !== "string") throw invalidArgument(call, name, "a string", value);
}

/** Throws unless `value` is a boolean. */
export function checkBoolean(call: string, name: string, value: unknown): asserts value is boolean {
  if (typeof value !== "boolean") throw invalidArgument(call, name, "a boolean", value);
}

/** Throws unless `value` is a function. */
// biome-ignore lint/complexity/noBannedTypes: any function at all is what is asked here.
export function checkFunction(call: string, name: string, value: unknown): asserts value is Function {
  if (typeof value !== "function") throw invalidArgument(call, name, "a function", value);
}

/** Throws unless `value` is an integer from `min` to `max`, both included. */
export function checkInteger(
  call: string,
  name: string,
  value: unknown,
  min: number,
  max: number = Number.MAX_SAFE_INTEGER,
): asserts value is number {
  if (typeof value === "number" && Number.isInteger(value) && value >= min && value <= max) return;
  const range = max === Number.MAX_SAFE_INTEGER ? `>= ${min}` : `from ${min} to ${max}`;
  throw invalidArgument(call, name, `an integer ${range}`, value);
}

/** Throws unless `value` is a finite number from `min` to `max`, both included. */
export function checkNumber(
  call: string,
  name: string,
  value: unknown,
  min: number = Number.NEGATIVE_INFINITY,
  max: number = Number.POSITIVE_INFINITY,
): asserts value is number {
  if (typeof value === "number" && Number.isFinite(value) && value >= min && value <= max) return;
  const low = min === Number.NEGATIVE_INFINITY ? "" : ` >= ${min}`;
  const high = max === Number.POSITIVE_INFINITY ? "" : ` <= ${max}`;
  throw invalidArgument(call, name, `a finite number${low}${low && high ? " and" : ""}${high}`, value);
}

/** Throws unless `value` is one of `choices`. */
export function checkOneOf<const T extends string>(
  call: string,
  name: string,
  value: unknown,
  choices: readonly T[],
): asserts value is T {
  if (typeof value === "string" && (choices as readonly string[]).includes(value)) return;
  throw invalidArgument(call, name, choices.map((choice) => JSON.stringify(choice)).join(" or "), value);
}

/**
 * Throws unless `value` is an object (not an array) with no key beyond `known`.
 * A misspelt option is an error, not a silent default.
 */
export function checkOptions(call: string, value: unknown, known: readonly string[]): void {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw invalidArgument(call, "options", "an object", value);
  }
  for (const key of Object.keys(value)) {
    if (!known.includes(key)) {
      throw new InvalidArgumentError(
        `${call}: unknown option ${describe(key)}; known options are ${known.map((k) => `\`${k}\``).join(", ")}`,
        { details: { call, argument: key } },
      );
    }
  }
}
