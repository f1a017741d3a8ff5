import { isGraphoidError } from "@graphoid/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readGexf } from "./gexf-reader.ts";
import { readGraphml } from "./graphml-reader.ts";

const formats = [
  ["graphml", readGraphml, '<graph edgedefault="directed"><node id="a"/><edge source="a" target="a"/></graph>'],
  ["gexf", readGexf, '<graph><nodes><node id="a"/></nodes><edges><edge source="a" target="a"/></edges></graph>'],
] as const;

describe.each(formats)("%s from outside", (root, read, body) => {
  const laughs = `<!DOCTYPE ${root} [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><${root}>&b;</${root}>`;
  const outside = `<!DOCTYPE ${root} SYSTEM "file:///etc/passwd"><${root}/>`;

  test.each([
    ["entities of its own", laughs],
    ["an outside document type", outside],
    ["an entity that is not defined", `<${root}>&passwd;</${root}>`],
    ["nothing", ""],
    ["text that is no XML", "hello"],
    ["an end in the middle", `<${root}><graph`],
    ["tags that do not match", `<${root}></graph>`],
    ["the same attribute twice", `<${root} a="1" a="2"/>`],
    ["a control character", `<${root}>&#1;</${root}>`],
    ["another root", "<html/>"],
    ["a node without an id", `<${root}><graph><nodes><node/></nodes><node/></graph></${root}>`],
  ])("%s is malformed", (_what, text) => {
    expect(() => read(text)).toThrow(
      expect.objectContaining({
        code: "GRAPH_FORMAT",
        details: expect.objectContaining({ line: expect.any(Number), column: expect.any(Number) }),
      }),
    );
  });

  test("the error says the line", () => {
    expect(() => read(`<${root}>\n\n<oops>\n</${root}>`)).toThrow(
      expect.objectContaining({
        message: expect.stringContaining("line 4, column"),
        details: expect.objectContaining({ line: 4 }),
      }),
    );
  });

  test("a missing end is said with the line of the edge, a node that stands twice with its own", () => {
    const lost = body.replace("<edge", "\n<edge").replace('target="a"', 'target="b"');
    expect(() => read(`<${root}>${lost}</${root}>`)).toThrow(/line 2: an edge names the node "b"/);
    const twice = body.replace('<node id="a"/>', '<node id="a"/>\n<node id="a"/>');
    expect(() => read(`<${root}>${twice}</${root}>`)).toThrow(/line 2: node "a" stands twice/);
  });

  test("depth and length are bounded, also inside what is left out", () => {
    const deep = `<${root}>${"<x>".repeat(100_000)}`;
    const deepElsewhere = `<${root} xmlns:y="u">${"<y:x>".repeat(100_000)}`;
    for (const text of [deep, deepElsewhere])
      expect(() => read(text)).toThrow(expect.objectContaining({ code: "DEPTH_LIMIT" }));
    const long = [`<${root}>`, " ".repeat(100), `</${root}>`];
    expect(() => read(long, { maxLength: 50 })).toThrow(expect.objectContaining({ code: "INPUT_LIMIT" }));
  });

  test("whatever is cut out of a text, it is read or refused with a typed error", () => {
    const whole = `<?xml version="1.0"?><${root} xmlns="n">${body}</${root}>`;
    fc.assert(
      fc.property(fc.nat(whole.length), fc.nat(9), fc.string({ maxLength: 3 }), (at, length, put) => {
        try {
          read(whole.slice(0, at) + put + whole.slice(at + length));
        } catch (error) {
          expect(isGraphoidError(error)).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });
});

test("few characters cannot ask for many cells", () => {
  const keys = Array.from({ length: 50 }, (_, i) => `<key id="k${i}" for="node"><default>x</default></key>`).join("");
  const nodes = Array.from({ length: 50 }, (_, i) => `<node id="${i}"/>`).join("");
  const text = `<graphml>${keys}<graph>${nodes}</graph></graphml>`;
  expect(() => readGraphml(text, { maxCells: 2499 })).toThrow(expect.objectContaining({ code: "INPUT_LIMIT" }));
  expect(readGraphml(text, { maxCells: 2500 }).nodeCount).toBe(50);
});
