import { DOMParser } from "@xmldom/xmldom";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { renderPicture } from "./picture.ts";
import type { PictureSummary } from "./picture-summary.ts";

function summary(count: number, extra: Partial<PictureSummary> = {}): PictureSummary {
  const ids = Array.from({ length: count }, (_, i) => i);
  return {
    graph: { name: "debian-packages", nodes: 1000 * count, edges: 4000 * count },
    caption: "a run",
    strategy: "hash",
    coordinator: { identity: "coordinator", address: "127.0.0.1:4000", state: "local" },
    partitions: ids.map((id) => ({
      id,
      peer: { identity: `worker-${id}`, address: `127.0.0.1:${5000 + id}`, state: "connected" },
      nodes: 900 + (200 * id) / count,
      innerEdges: 1000,
      crossEdges: count === 1 ? 0 : 3000,
    })),
    traffic: ids.flatMap((from) =>
      ids.filter((to) => to !== from).map((to) => ({ from, to, messages: 10, bytes: 1000 + from })),
    ),
    strategies: [
      { name: "hash", crossEdges: 3000 * count, balance: 1.1 },
      { name: "range", crossEdges: 2000 * count, balance: 1 },
    ],
    phases: [
      { name: "load", milliseconds: 300 },
      { name: "supersteps", milliseconds: 4000 },
    ],
    changes: [1, 0.1, 0.01, 0],
    tolerance: 1e-3,
    topNodes: [{ id: "libc6", rank: 0.06, partition: 0 }],
    check: { largestDifference: 1e-16, allowed: 1e-9 },
    ...extra,
  };
}

interface ElementSeen {
  readonly name: string;
  readonly attributes: { readonly [name: string]: string };
  text: string;
}

/** All elements of a page with their own text. Throws where the page is not well-formed XML. */
function parse(html: string): readonly ElementSeen[] {
  const parser = new DOMParser({
    // A warning is about text that may look odd, not about the markup.
    onError: (level, message) => {
      if (level !== "warning") throw new Error(message);
    },
  });
  const document = parser.parseFromString(html.replace(/^<!doctype html>/i, ""), "text/xml");
  return Array.from(document.getElementsByTagName("*"), (element) => ({
    name: element.tagName,
    attributes: Object.fromEntries(Array.from(element.attributes, ({ name, value }) => [name, value])),
    text: Array.from(element.childNodes, (child) =>
      child.nodeType === child.TEXT_NODE ? (child.nodeValue ?? "") : "",
    ).join(""),
  }));
}

function withAttribute(elements: readonly ElementSeen[], name: string, value?: string): readonly ElementSeen[] {
  return elements.filter(({ attributes }) => (value === undefined ? name in attributes : attributes[name] === value));
}

describe("renderPicture", () => {
  it.each([
    [1, 0],
    [2, 1],
    [4, 6],
    [7, 21],
    [64, 2016],
  ])("draws %d partitions and the traffic of %d pairs, well-formed", (count, pairs) => {
    const elements = parse(renderPicture(summary(count)));
    expect(withAttribute(elements, "class", "arc")).toHaveLength(count);
    expect(withAttribute(elements, "data-ends")).toHaveLength(pairs);
    expect(elements.filter(({ name, attributes }) => name === "tr" && "data-partition" in attributes)).toHaveLength(
      count,
    );
  });

  it("draws only the heaviest pairs when there are very many, and says so", () => {
    const html = renderPicture(summary(100));
    expect(withAttribute(parse(html), "data-ends")).toHaveLength(2500);
    expect(html).toContain("The 2,500 heaviest of 4,950 pairs are drawn.");
  });

  it("gives the same page for the same summary", () => {
    expect(renderPicture(summary(4))).toBe(renderPicture(summary(4)));
  });

  it("loads nothing", () => {
    const elements = parse(renderPicture(summary(4)));
    for (const { name, attributes } of elements) {
      expect(["link", "img", "iframe", "image", "use", "a"]).not.toContain(name);
      for (const attribute of ["src", "href", "xlink:href"]) expect(attributes).not.toHaveProperty(attribute);
      for (const value of Object.values(attributes)) expect(value).not.toMatch(/url\((?!#)/);
    }
    const style = elements.find(({ name }) => name === "style");
    expect(style?.text).not.toMatch(/url\(|@import/);
  });

  it("describes its drawings in words", () => {
    const elements = parse(renderPicture(summary(4)));
    const images = withAttribute(elements, "role", "img");
    expect(images).toHaveLength(2);
    for (const { attributes } of images) {
      for (const id of attributes["aria-labelledby"]!.split(" ")) {
        expect(withAttribute(elements, "id", id)[0]?.text).not.toBe("");
      }
    }
  });

  it("has every reference to an element or a colour defined", () => {
    const html = renderPicture(summary(7));
    const ids = new Set(withAttribute(parse(html), "id").map(({ attributes }) => attributes["id"]));
    for (const [, id] of html.matchAll(/url\(#([^)]*)\)/g)) expect(ids).toContain(id);
    for (const [, property] of html.matchAll(/var\((--[a-z0-9]+)\)/g)) {
      expect(html).toMatch(new RegExp(`style="${property}:|${property}:`));
    }
  });

  it("shows figures, names and the verdict", () => {
    const html = renderPicture(summary(4));
    for (const text of ["debian-packages", "worker-3", "127.0.0.1:5003", "libc6", "16,000", "✓ equal"]) {
      expect(html).toContain(text);
    }
    expect(renderPicture(summary(4, { check: { largestDifference: 1e-6, allowed: 1e-9 } }))).toContain("✕ differs");
    expect(renderPicture(summary(4, { check: { largestDifference: Number.NaN, allowed: 1e-9 } }))).toContain(
      "✕ differs",
    );
  });

  it("holds for empty and extreme figures", () => {
    const extremes: readonly Partial<PictureSummary>[] = [
      { graph: { name: "", nodes: 0, edges: 0 }, partitions: [], traffic: [] },
      { changes: [], phases: [], strategies: [], topNodes: [] },
      { changes: [0], tolerance: 0, phases: [{ name: "none", milliseconds: 0 }] },
      { changes: [1e-300, 1e300], tolerance: 1e-320 },
      { changes: Array.from({ length: 5000 }, (_, i) => 0.99 ** i) },
      { partitions: summary(3).partitions.map((each) => ({ ...each, nodes: 0, innerEdges: 0, crossEdges: 0 })) },
      { partitions: summary(3).partitions.map((each, i) => ({ ...each, nodes: i === 0 ? 1e9 : 1 })) },
      {
        traffic: [
          { from: 0, to: 1, messages: 1, bytes: 1e15 },
          { from: 9, to: 1, messages: 1, bytes: 1 },
        ],
      },
    ];
    for (const extreme of extremes) {
      const html = renderPicture(summary(3, extreme));
      parse(html);
      expect(html.replace(/<script>.*<\/script>/s, "")).not.toMatch(/NaN|Infinity|undefined/);
    }
  });

  it("shows any name as text, and never as markup", () => {
    const anyText = fc.oneof(
      fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units)),
      fc.constantFrom("</style><script>alert(1)</script>", "]]>", '" onload="x', "<!--", "&lt;", "\u202e", "--p0"),
    );
    const tags = new Set(parse(renderPicture(summary(2))).map(({ name }) => name));
    fc.assert(
      fc.property(anyText, (text) => {
        const peer = { identity: text, address: text, state: text };
        const elements = parse(
          renderPicture(
            summary(2, {
              graph: { name: text, nodes: 1, edges: 1 },
              caption: text,
              strategy: text,
              coordinator: peer,
              partitions: [0, 1].map((i) => ({ id: i === 0 ? text : i, peer, nodes: 1, innerEdges: 1, crossEdges: 1 })),
              traffic: [{ from: text, to: 1, messages: 1, bytes: 1 }],
              strategies: [{ name: text, crossEdges: 1, balance: 1 }],
              phases: [{ name: text, milliseconds: 1 }],
              topNodes: [{ id: text, rank: 1, partition: text }],
            }),
          ),
        );
        for (const { name, attributes } of elements) {
          expect(tags).toContain(name);
          for (const attribute of Object.keys(attributes)) expect(attribute).not.toMatch(/^on/);
        }
      }),
      { numRuns: 100 },
    );
  });

  it("shows a hostile name as it is", () => {
    const name = `<img src=x onerror="alert(1)">`;
    const elements = parse(renderPicture(summary(2, { topNodes: [{ id: name, rank: 1, partition: 0 }] })));
    expect(elements.find(({ name: tag, text }) => tag === "bdi" && text === name)).toBeDefined();
  });
});
