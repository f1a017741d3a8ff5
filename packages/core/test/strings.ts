import fc from "fast-check";

const codePoint = (min: number, max: number): fc.Arbitrary<string> =>
  fc.integer({ min, max }).map((code) => String.fromCodePoint(code));

/** Any character, those of one, two, three and four bytes of UTF-8 in equal parts. */
const character = fc.oneof(
  codePoint(0, 0x7f),
  codePoint(0x80, 0x7ff),
  codePoint(0x800, 0xd7ff),
  codePoint(0xe000, 0xffff),
  codePoint(0x10000, 0x10ffff),
);

/** Well-formed strings of any characters. */
export function anyText(maxLength: number): fc.Arbitrary<string> {
  return fc.string({ unit: character, maxLength });
}
