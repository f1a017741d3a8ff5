import type { Graph } from "@graphoid/distribution";
import { EdgeRows, pushAlong, pushLeast, pushSums } from "./edge-rows.ts";
import type { Superstep, Vertex, VertexProgram } from "./vertex-program.ts";

/** What a worker is told of its part, beside the graph: its own vertices come first, those of others behind. */
export interface PartData {
  readonly own: number;
  /** For each vertex its place in the whole graph. */
  readonly rows: Uint32Array;
  /** For each vertex of others the partition that has it, and its row there. */
  readonly owners: Uint16Array;
  readonly places: Uint32Array;
  readonly nodeCount: number;
}

/** Messages for the vertices of one other partition, combined: all in the order agreed on, or some with their places. */
export interface MessageBatch {
  readonly values: Float64Array;
  readonly places?: Uint32Array;
}

/** The rows here of another partition's vertices that get messages from here, and room for these. */
interface Route {
  readonly rows: Uint32Array;
  readonly values: Float64Array;
  readonly places: Uint32Array;
}

const NO_ROUTE: Route = routeOf([]);
/** In so many slices the messages inside a partition are handed on, so that those between partitions move meanwhile. */
const SLICES = 8;

/** A part of a graph and a program that runs on it: columns only, no network. */
export class PartRun implements Vertex, Superstep {
  readonly #part: PartData;
  readonly #graph: Graph;
  readonly #program: VertexProgram;
  /** Edges to vertices of this partition, and to those of others. */
  readonly #inner: EdgeRows;
  readonly #crossing: EdgeRows;
  readonly values: Float64Array;
  /** A message for each vertex, or `#none`: first what is for it, then, of those of others, what to send. */
  readonly #inbox: Float64Array;
  readonly #outbox: Float64Array;
  readonly #none: number;
  readonly #halted: Uint8Array;
  readonly #routes: ReadonlyMap<number, Route>;
  /** For each other partition the rows of the vertices that it sends to. */
  readonly #sources = new Map<number, Uint32Array>();
  readonly added: Float64Array;
  totals: Float64Array;
  number = -1;
  /** The row of the vertex that is being computed. */
  #row = 0;

  constructor(graph: Graph, part: PartData, program: VertexProgram) {
    const { columns } = graph;
    const { weights } = columns;
    this.#graph = graph;
    this.#part = part;
    this.#program = program;
    const sides = program.edges === "both" && columns.directed ? [columns.out, columns.in] : [columns.out];
    const weightOf = (edge: number): number => {
      const weight = weights ? weights[edge]! : 1;
      return Number.isNaN(weight) ? 1 : weight;
    };
    [this.#inner, this.#crossing] = EdgeRows.split(sides, part.own, program.along && weightOf);
    this.#none = program.combiner === "sum" ? 0 : Number.POSITIVE_INFINITY;
    this.values = new Float64Array(part.own);
    this.#inbox = new Float64Array(columns.nodeCount).fill(this.#none);
    this.#outbox = new Float64Array(part.own);
    this.#halted = new Uint8Array(part.own);
    this.added = new Float64Array(program.aggregates ?? 0);
    this.totals = this.added.slice();
    this.#routes = this.#findRoutes();
  }

  get id(): string {
    return this.#graph.columns.ids.at(this.#row);
  }

  get index(): number {
    return this.#part.rows[this.#row]!;
  }

  get degree(): number {
    const row = this.#row;
    const inner = this.#inner.offsets;
    const crossing = this.#crossing.offsets;
    return inner[row + 1]! - inner[row]! + crossing[row + 1]! - crossing[row]!;
  }

  get value(): number {
    return this.values[this.#row]!;
  }

  set value(value: number) {
    this.values[this.#row] = value;
  }

  send(message: number): void {
    this.#outbox[this.#row] = message;
  }

  halt(): void {
    this.#halted[this.#row] = 1;
  }

  get nodeCount(): number {
    return this.#part.nodeCount;
  }

  add(aggregate: number, value: number): void {
    this.added[aggregate]! += value;
  }

  /** The vertices of another partition that get messages from here: their rows there, in the order of the messages. */
  targetsIn(partition: number): Uint32Array {
    const { rows } = this.#routes.get(partition) ?? NO_ROUTE;
    return rows.map((row) => this.#part.places[row - this.#part.own]!);
  }

  /** Remembers for which vertices here a partition will send messages, in which order. */
  expect(partition: number, rows: Uint32Array): void {
    this.#sources.set(partition, rows);
  }

  /** Computes the vertices, and combines what leaves. Returns how many are awake or have sent something. */
  compute(totals: Float64Array): number {
    this.number++;
    this.totals = totals;
    this.added.fill(0);
    const awake = this.#computeVertices();
    this.#inbox.fill(this.#none);
    this.#push(this.#crossing, 0, this.#halted.length);
    return awake;
  }

  /** Hands on, after `compute`, what stays in the partition: a share at each step of the iterator. */
  *deliver(): Iterable<void> {
    const own = this.#halted.length;
    const slice = Math.ceil(own / SLICES);
    for (let row = 0; row < own; row += slice) {
      yield;
      this.#push(this.#inner, row, Math.min(own, row + slice));
    }
  }

  /** After `compute`, the messages for the vertices of one partition, until it is asked again: send them at once. */
  batchFor(partition: number): MessageBatch {
    const { rows, values, places } = this.#routes.get(partition) ?? NO_ROUTE;
    const inbox = this.#inbox;
    const none = this.#none;
    let count = 0;
    for (let place = 0; place < rows.length; place++) {
      const message = inbox[rows[place]!]!;
      values[count] = message;
      places[count] = place;
      count += message === none ? 0 : 1;
    }
    return count === rows.length
      ? { values }
      : { values: values.subarray(0, count), places: places.subarray(0, count) };
  }

  /** Takes the messages of a partition, which its vertices see in the next superstep. */
  receive(partition: number, { values, places }: MessageBatch): void {
    const rows = this.#sources.get(partition)!;
    const inbox = this.#inbox;
    const isSum = this.#program.combiner === "sum";
    for (let i = 0; i < values.length; i++) {
      const row = rows[places ? places[i]! : i]!;
      const message = values[i]!;
      inbox[row] = isSum ? inbox[row]! + message : Math.min(inbox[row]!, message);
    }
  }

  #computeVertices(): number {
    const halted = this.#halted;
    const inbox = this.#inbox;
    const none = this.#none;
    const program = this.#program;
    const outbox = this.#outbox.fill(none);
    let awake = 0;
    program.begin?.(this);
    for (let row = 0; row < halted.length; row++) {
      const message = inbox[row]!;
      if (halted[row] === 1 && message === none) continue;
      halted[row] = 0;
      this.#row = row;
      program.compute(this, message, this);
      if (halted[row] === 0 || outbox[row] !== none) awake++;
    }
    return awake;
  }

  #push(edges: EdgeRows, start: number, end: number): void {
    const { along, combiner } = this.#program;
    if (along) pushAlong(edges, this.#outbox, this.#inbox, start, end, this.#none, along);
    else if (combiner === "sum") pushSums(edges, this.#outbox, this.#inbox, start, end);
    else pushLeast(edges, this.#outbox, this.#inbox, start, end);
  }

  #findRoutes(): Map<number, Route> {
    const { own, owners } = this.#part;
    const reached = new Uint8Array(owners.length);
    for (const row of this.#crossing.targets) reached[row - own] = 1;
    const found = new Map<number, number[]>();
    for (let i = 0; i < owners.length; i++) {
      if (reached[i] === 0) continue;
      const rows = found.get(owners[i]!);
      if (rows) rows.push(own + i);
      else found.set(owners[i]!, [own + i]);
    }
    return new Map(Array.from(found, ([partition, rows]) => [partition, routeOf(rows)]));
  }
}

function routeOf(rows: readonly number[]): Route {
  const { length } = rows;
  return { rows: Uint32Array.from(rows), values: new Float64Array(length), places: new Uint32Array(length) };
}
