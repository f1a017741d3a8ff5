import { describe, expect, it } from "vitest";
import { escapeText, formatBytes, formatDuration, formatShare, formatSmall, shorten } from "./markup.ts";

const plain = (text: string): string => text.replaceAll("\u00a0", " ");

describe("escapeText", () => {
  it("escapes what markup would read", () => {
    expect(escapeText(`<a href="x">'&'</a>`)).toBe("&lt;a href=&quot;x&quot;&gt;&#39;&amp;&#39;&lt;/a&gt;");
  });

  it("replaces what markup cannot carry and what would rearrange the text", () => {
    expect(escapeText("a\u0000b\ud800c\udc00d\u202ee\uffff")).toBe("a\uFFFDb\uFFFDc\uFFFDd\uFFFDe\uFFFD");
  });

  it("keeps other text, characters of two units included", () => {
    expect(escapeText("libstdc++6 é 中 😀")).toBe("libstdc++6 é 中 😀");
  });
});

describe("shorten", () => {
  it("cuts at characters, not in the middle of one", () => {
    expect(shorten("abc", 3)).toBe("abc");
    expect(shorten("abcd", 3)).toBe("ab…");
    expect(shorten("😀😀😀", 3)).toBe("😀😀😀");
    expect(shorten("😀😀😀😀", 3)).toBe("😀😀…");
  });
});

describe("numbers", () => {
  it.each([
    [0, "0 B"],
    [999, "999 B"],
    [1000, "1.00 kB"],
    [12_345, "12.3 kB"],
    [999_950, "1.00 MB"],
    [5e15, "5000 TB"],
  ])("bytes %d as %s", (bytes, text) => {
    expect(plain(formatBytes(bytes))).toBe(text);
  });

  it.each([
    [0, "0.0 ms"],
    [9.96, "10 ms"],
    [340.2, "340 ms"],
    [1240, "1.24 s"],
    [125_000, "2 min 5 s"],
  ])("%d milliseconds as %s", (milliseconds, text) => {
    expect(plain(formatDuration(milliseconds))).toBe(text);
  });

  it.each([
    [0, "0"],
    [0.06123, "0.0612"],
    [1e-9, "10⁻⁹"],
    [3.24e-16, "3.2 × 10⁻¹⁶"],
    [9.99e-10, "10⁻⁹"],
    [Number.NaN, "NaN"],
  ])("%d as %s", (value, text) => {
    expect(plain(formatSmall(value))).toBe(text);
  });

  it("has no share of nothing", () => {
    expect(plain(formatShare(1, 3))).toBe("33.3 %");
    expect(formatShare(0, 0)).toBe("–");
  });
});
