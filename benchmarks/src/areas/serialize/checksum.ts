/** Mixes a string into a checksum. Reads a character, so that a string not yet decoded has to be. */
export function addText(sum: number, text: string): number {
  return (Math.imul(sum, 31) + text.length * 256 + text.charCodeAt(text.length - 1)) | 0;
}

/** Mixes a number of up to four decimals, or none, into a checksum. */
export function addNumber(sum: number, value: number | undefined): number {
  return (Math.imul(sum, 31) + (value === undefined ? -1 : value * 10_000)) | 0;
}
