import { describe } from "@graphoid/core";
import { FormatError } from "./errors.ts";
import { TYPE_KEY } from "./format.ts";

/** Every integer of fewer characters is exact as a number. */
const LONG = 16;

/**
 * `text`, which must be JSON, without what `JSON.parse` would lose: an integer past 2⁵³ becomes a tagged bigint, and a
 * key that an object has twice is an error.
 *
 * @throws FormatError
 */
export function exactJson(text: string): string {
  /** The keys so far of the objects that are open. */
  const open: Set<string>[] = [];
  let exact = "";
  let copied = 0;
  for (let at = 0; at < text.length; ) {
    const char = text.charAt(at);
    if (char === '"') {
      const end = stringEnd(text, at);
      if (isFollowedByColon(text, end)) addKey(open[open.length - 1] as Set<string>, text.slice(at, end));
      at = end;
    } else if (char === "-" || isDigit(char)) {
      const end = numberEnd(text, at);
      const token = text.slice(at, end);
      if (token.length >= LONG && isLongInteger(token)) {
        exact += `${text.slice(copied, at)}{"${TYPE_KEY}":"bigint","value":"${token}"}`;
        copied = end;
      }
      at = end;
    } else {
      if (char === "{") open.push(new Set());
      else if (char === "}") open.pop();
      at++;
    }
  }
  return exact + text.slice(copied);
}

function addKey(keys: Set<string>, token: string): void {
  // Only an escape can make two spellings of one key.
  const key = token.includes("\\") ? (JSON.parse(token) as string) : token.slice(1, -1);
  if (keys.has(key)) throw new FormatError(`serialize.fromJson: the key ${describe(key)} a second time`);
  keys.add(key);
}

/** Where the string that begins at `from` ends: after the first quote with an even number of backslashes before it. */
function stringEnd(text: string, from: number): number {
  for (let quote = text.indexOf('"', from + 1); ; quote = text.indexOf('"', quote + 1)) {
    let before = quote - 1;
    while (text.charAt(before) === "\\") before--;
    if ((quote - before) % 2 === 1) return quote + 1;
  }
}

function isFollowedByColon(text: string, from: number): boolean {
  let at = from;
  while (/[ \t\r\n]/.test(text.charAt(at))) at++;
  return text.charAt(at) === ":";
}

function numberEnd(text: string, from: number): number {
  let at = from + 1;
  while (/[0-9.eE+-]/.test(text.charAt(at))) at++;
  return at;
}

function isDigit(char: string): boolean {
  return char >= "0" && char <= "9";
}

function isLongInteger(token: string): boolean {
  return !/[.eE]/.test(token) && !Number.isSafeInteger(Number(token));
}
