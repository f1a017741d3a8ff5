import { checkLimit, type SourceText } from "./graph-draft.ts";

/**
 * The lines of a text that may come in parts, without their ends (`\n` or `\r\n`) and without a byte order mark.
 *
 * @throws InputLimitError when a line is longer than `maxLineLength`.
 */
export function* textLines(source: SourceText, maxLineLength: number): Generator<string> {
  let pending: string[] = [];
  let length = 0;
  let isFirst = true;
  const finish = (): string => {
    const line = pending
      .join("")
      .replace(isFirst ? /^\ufeff/ : "", "")
      .replace(/\r$/, "");
    pending = [];
    length = 0;
    isFirst = false;
    return line;
  };
  const append = (part: string): void => {
    length += part.length;
    checkLimit("maxLineLength", length, maxLineLength);
    if (part !== "") pending.push(part);
  };
  for (const chunk of typeof source === "string" ? [source] : source) {
    let start = 0;
    for (let end = chunk.indexOf("\n"); end >= 0; end = chunk.indexOf("\n", start)) {
      append(chunk.slice(start, end));
      yield finish();
      start = end + 1;
    }
    append(chunk.slice(start));
  }
  if (pending.length > 0) yield finish();
}
