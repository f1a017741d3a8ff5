import { Graph, type PlainRecord } from "@graphoid/core";
import type { GraphParser, ParseFailure } from "./graph-parser.ts";

/** What the first line says. */
interface Header {
  /** The number of that line. */
  readonly line: number;
  readonly vertices: number;
  readonly edges: number;
  /** Whether vertices have a size. */
  readonly sizes: boolean;
  /** How many weights a vertex has. */
  readonly vertexWeights: number;
  readonly edgeWeights: boolean;
}

/** The most that a column of row numbers can hold. */
const MAX_VERTICES = 2 ** 32 - 2;

/**
 * Reads a graph in METIS's format (METIS 5.1 manual, section 4.1.1) into an undirected graph.
 *
 * Line i + 1, not counting comments (`%`), lists the neighbours of vertex i, which becomes the node with the id `"i"`.
 * Edge weights become weights; a vertex's size becomes the property `size`, its weight the property `weight`, or
 * `weights`, a list, when there are several. Whatever is not as the header says is refused, and so are self loops,
 * repeated neighbours, and edges that only one of their ends lists.
 */
export function metisParser(fail: ParseFailure): GraphParser {
  let header: Header | undefined;
  const properties: (PlainRecord | undefined)[] = [];
  const vertexLines: number[] = [];
  const mentions = new Mentions();

  const readVertex = (text: string, line: number, header: Header): void => {
    const numbers = wordsOf(text);
    let at = 0;
    const next = (what: string, min: number): number => {
      const word = numbers[at++];
      if (word === undefined) return fail(`expected ${what}, and the line ends`, line);
      return integer(word, what, min, Number.MAX_SAFE_INTEGER, line, fail);
    };
    vertexLines.push(line);
    const vertex = vertexLines.length;
    const size = header.sizes ? { size: next("the size of the vertex", 0) } : {};
    const weights = Array.from({ length: header.vertexWeights }, () => next("a weight of the vertex", 0));
    const weight = weights.length === 0 ? {} : weights.length === 1 ? { weight: weights[0] as number } : { weights };
    if (header.sizes || weights.length > 0) properties[vertex] = { ...size, ...weight };
    while (at < numbers.length) {
      const word = numbers[at++] as string;
      const neighbor = integer(word, "a neighbour", 1, header.vertices, line, fail);
      if (neighbor === vertex) fail(`vertex ${vertex} lists itself; METIS graphs have no self loops`, line);
      mentions.add(vertex, neighbor, header.edgeWeights ? next(`the weight of the edge to ${neighbor}`, 1) : 1);
    }
  };

  return {
    line(text, line) {
      if (text.startsWith("%")) return;
      if (!header) {
        if (text.trim() !== "") header = readHeader(text, line, fail);
      } else if (vertexLines.length < header.vertices) {
        readVertex(text, line, header);
      } else if (text.trim() !== "") {
        fail(`the header announces ${header.vertices} vertices, and this is a line more`, line);
      }
    },
    end() {
      if (!header) return undefined;
      const { line, vertices, edges, edgeWeights } = header;
      if (vertexLines.length !== vertices) {
        fail(`the header announces ${vertices} vertices, and the file lists ${vertexLines.length}`, line);
      }
      mentions.check(vertices, (vertex, message) => fail(message, vertexLines[vertex - 1] as number));
      if (mentions.count !== edges * 2) {
        fail(`the header announces ${edges} edges, and the vertices list ${mentions.count / 2}`, line);
      }
      const graph = new Graph({ type: "undirected" });
      for (let vertex = 1; vertex <= vertices; vertex++) {
        const own = properties[vertex];
        graph.addNode(String(vertex), null, own ? { properties: own } : undefined);
      }
      mentions.forEachEdge((from, to, weight) => {
        graph.addEdge(String(from), String(to), undefined, edgeWeights ? { weight } : undefined);
      });
      return graph;
    },
  };
}

function readHeader(text: string, line: number, fail: ParseFailure): Header {
  const words = wordsOf(text);
  if (words.length < 2 || words.length > 4) {
    fail(`expected a METIS header (vertices, edges, format, weights per vertex), got ${words.length} numbers`, line);
  }
  const vertices = integer(words[0] as string, "the number of vertices", 1, MAX_VERTICES, line, fail);
  const edges = integer(words[1] as string, "the number of edges", 0, Number.MAX_SAFE_INTEGER / 2, line, fail);
  const format = (words[2] ?? "0").padStart(3, "0");
  if (!/^[01]{3}$/.test(format)) fail(`expected a format of up to three digits 0 or 1, got ${words[2]}`, line);
  const weighted = format[1] === "1";
  const vertexWeights = words[3] === undefined ? 1 : integer(words[3], "the weights per vertex", 1, 1000, line, fail);
  if (words[3] !== undefined && !weighted) fail(`weights per vertex are given, but format ${format} has none`, line);
  return {
    line,
    vertices,
    edges,
    sizes: format[0] === "1",
    vertexWeights: weighted ? vertexWeights : 0,
    edgeWeights: format[2] === "1",
  };
}

function wordsOf(text: string): string[] {
  const trimmed = text.trim();
  return trimmed === "" ? [] : trimmed.split(/\s+/);
}

function integer(word: string, what: string, min: number, max: number, line: number, fail: ParseFailure): number {
  const value = /^\d+$/.test(word) ? Number(word) : Number.NaN;
  if (value >= min && value <= max) return value;
  const range = max >= Number.MAX_SAFE_INTEGER / 2 ? `an integer >= ${min}` : `an integer from ${min} to ${max}`;
  return fail(`expected ${what}, ${range}, got ${JSON.stringify(word.slice(0, 40))}`, line);
}

/** What the vertices list: for each entry the vertex, its neighbour and the weight between them. */
class Mentions {
  count = 0;
  #vertices: Uint32Array = new Uint32Array(1024);
  #neighbors: Uint32Array = new Uint32Array(1024);
  #weights: Float64Array = new Float64Array(1024);

  /** Vertices must come in ascending order. */
  add(vertex: number, neighbor: number, weight: number): void {
    if (this.count === this.#vertices.length) this.#grow();
    this.#vertices[this.count] = vertex;
    this.#neighbors[this.count] = neighbor;
    this.#weights[this.count] = weight;
    this.count++;
  }

  /** Calls `visit` with every edge once, from its lower end. */
  forEachEdge(visit: (from: number, to: number, weight: number) => void): void {
    for (let i = 0; i < this.count; i++) {
      const from = this.#vertices[i] as number;
      const to = this.#neighbors[i] as number;
      if (from < to) visit(from, to, this.#weights[i] as number);
    }
  }

  /** Calls `fail` unless every vertex lists a neighbour once, and is listed by it with the same weight. */
  check(vertices: number, fail: (vertex: number, message: string) => never): void {
    const { offsets, listedBy } = this.#byNeighbor(vertices);
    /** For each vertex the entry by which the vertex at hand lists it, plus one. */
    const entryOf = new Float64Array(vertices + 1);
    for (let entry = 0, vertex = 1; vertex <= vertices; vertex++) {
      const first = entry;
      for (; entry < this.count && this.#vertices[entry] === vertex; entry++) {
        const neighbor = this.#neighbors[entry] as number;
        if ((entryOf[neighbor] as number) > first) fail(vertex, `vertex ${vertex} lists ${neighbor} twice`);
        entryOf[neighbor] = entry + 1;
      }
      for (let i = offsets[vertex - 1] as number; i < (offsets[vertex] as number); i++) {
        const other = listedBy[i] as number;
        const by = this.#vertices[other] as number;
        const own = (entryOf[by] as number) - 1;
        if (own < first) fail(by, `vertex ${by} lists ${vertex}, but ${vertex} does not list ${by}`);
        if (this.#weights[own] !== this.#weights[other]) {
          fail(by, `the edge between ${by} and ${vertex} has two weights`);
        }
      }
    }
  }

  /** The entries by the neighbour that they name: those of vertex v are `listedBy[offsets[v - 1] … offsets[v])`. */
  #byNeighbor(vertices: number): { readonly offsets: Float64Array; readonly listedBy: Uint32Array } {
    const offsets = new Float64Array(vertices + 1);
    for (let i = 0; i < this.count; i++) offsets[this.#neighbors[i] as number]!++;
    for (let vertex = 1; vertex <= vertices; vertex++) offsets[vertex]! += offsets[vertex - 1] as number;
    const listedBy = new Uint32Array(this.count);
    const next = offsets.slice(0, vertices);
    for (let i = 0; i < this.count; i++) listedBy[next[(this.#neighbors[i] as number) - 1]!++] = i;
    return { offsets, listedBy };
  }

  #grow(): void {
    const size = this.#vertices.length * 2;
    const vertices = new Uint32Array(size);
    vertices.set(this.#vertices);
    this.#vertices = vertices;
    const neighbors = new Uint32Array(size);
    neighbors.set(this.#neighbors);
    this.#neighbors = neighbors;
    const weights = new Float64Array(size);
    weights.set(this.#weights);
    this.#weights = weights;
  }
}
