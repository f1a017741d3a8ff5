import type { ByteReader } from "./byte-reader.ts";
import type { ByteWriter } from "./byte-writer.ts";
import { LimitError } from "./errors.ts";
import { isSimpleKey } from "./record-fields.ts";
import type { RecordMaker } from "./record-maker.ts";

/** How many shapes a session knows; part of the format. */
const MAX_SHAPES = 1024;
/** An object with more keys than this is written with its keys; part of the format. */
export const MAX_KEYS = 64;
/** The bytes that the definitions of a session may take: it keeps what it reads. Part of the format. */
const MAX_DEFINITION_BYTES = 2 ** 18;
/** Keys that were seen and belong to no shape are forgotten when there are this many. */
const MAX_NODES = 8192;

/** A list of keys on the way to a shape: those of its parent, and one more. */
export class ShapeNode {
  readonly parent: ShapeNode | undefined;
  readonly key: string;
  /** The number of the shape whose keys end here, or -1. */
  shape = -1;
  /** Whether an object ended here before. */
  seen = false;
  /** The child that was asked for last: messages of one kind follow one another. */
  #last: ShapeNode | undefined;
  #children: Map<string, ShapeNode> | undefined;

  constructor(parent: ShapeNode | undefined, key: string) {
    this.parent = parent;
    this.key = key;
  }

  child(key: string): ShapeNode | undefined {
    const last = this.#last;
    if (last !== undefined && last.key === key) return last;
    const child = this.#children?.get(key);
    if (child) this.#last = child;
    return child;
  }

  add(key: string): ShapeNode {
    const child = new ShapeNode(this, key);
    this.#children ??= new Map();
    this.#children.set(key, child);
    this.#last = child;
    return child;
  }
}

/** The shapes of the objects that one side of a session writes: each list of keys travels once. */
export class WrittenShapes {
  #root = new ShapeNode(undefined, "");
  #nodes = 0;
  readonly #shapes: ShapeNode[] = [];
  #bytes = 0;
  /** How many shapes the other side knows of. */
  #sent = 0;

  /** How many shapes were defined since the last message. */
  get fresh(): number {
    return this.#shapes.length - this.#sent;
  }

  /** Where the keys of an object begin. */
  get root(): ShapeNode {
    return this.#root;
  }

  /** The way on from `node` by another key. */
  next(node: ShapeNode, key: string): ShapeNode {
    const known = node.child(key);
    if (known !== undefined) return known;
    this.#nodes++;
    return node.add(key);
  }

  /** The number of the shape whose keys end at `node`, or -1 when it has none: it has one from the second time on. */
  numberOf(node: ShapeNode): number {
    return node.shape >= 0 ? node.shape : this.#meet(node);
  }

  #meet(node: ShapeNode): number {
    if (!node.seen) {
      node.seen = true;
      if (this.#nodes > MAX_NODES) this.#forget();
      return -1;
    }
    let bytes = 1;
    for (const key of keysOf(node)) bytes += 5 + key.length * 3;
    if (this.#shapes.length === MAX_SHAPES || this.#bytes + bytes > MAX_DEFINITION_BYTES) return -1;
    this.#bytes += bytes;
    node.shape = this.#shapes.push(node) - 1;
    return node.shape;
  }

  /** Starts anew with the shapes that are defined: objects used as dictionaries leave keys that never come again. */
  #forget(): void {
    this.#root = new ShapeNode(undefined, "");
    this.#nodes = 0;
    for (let i = 0; i < this.#shapes.length; i++) {
      let node = this.#root;
      for (const key of keysOf(this.#shapes[i] as ShapeNode)) node = this.next(node, key);
      node.shape = i;
      this.#shapes[i] = node;
    }
  }

  /** Writes the definitions that the other side does not know yet. */
  define(writer: ByteWriter): void {
    for (let i = this.#sent; i < this.#shapes.length; i++) {
      const keys = keysOf(this.#shapes[i] as ShapeNode);
      writer.varint(keys.length);
      for (const key of keys) writer.string(key);
    }
  }

  /** The message with the definitions is on its way. */
  commit(): void {
    this.#sent = this.#shapes.length;
  }

  /** The message with the definitions could not be written. */
  rollBack(): void {
    for (const node of this.#shapes.splice(this.#sent)) node.shape = -1;
  }
}

function keysOf(node: ShapeNode): string[] {
  const keys: string[] = [];
  for (let at = node; at.parent !== undefined; at = at.parent) keys.push(at.key);
  return keys.reverse();
}

/** A shape that was read. */
export interface ReadShape {
  readonly keys: readonly string[];
  /** Whether objects of it can be made by assigning to fields. */
  readonly simple: boolean;
  uses: number;
  maker: RecordMaker | undefined;
}

/** The shapes of the objects that one side of a session reads. */
export class ReadShapes {
  readonly #shapes: ReadShape[] = [];
  #bytes = 0;

  at(number: number): ReadShape | undefined {
    return this.#shapes[number];
  }

  /** Reads the definitions that begin a message. */
  define(reader: ByteReader, count: number): void {
    if (count > MAX_SHAPES - this.#shapes.length) throw tooMany();
    const start = reader.at;
    const fresh: ReadShape[] = [];
    for (let i = 0; i < count; i++) {
      const length = reader.count(1);
      if (length > MAX_KEYS) throw reader.malformed(`a shape of ${length} keys`);
      const keys: string[] = [];
      for (let j = 0; j < length; j++) keys.push(reader.string());
      if (new Set(keys).size < length) throw reader.malformed("a shape with a key a second time");
      fresh.push({ keys, simple: keys.every(isSimpleKey), uses: 0, maker: undefined });
    }
    const bytes = this.#bytes + reader.at - start;
    if (bytes > MAX_DEFINITION_BYTES) throw tooMany();
    this.#bytes = bytes;
    this.#shapes.push(...fresh);
  }
}

function tooMany(): LimitError {
  return new LimitError(`serialize: more than ${MAX_SHAPES} shapes, or ${MAX_DEFINITION_BYTES} bytes of them`, {
    details: { limit: "MAX_SHAPES", value: MAX_SHAPES },
  });
}
