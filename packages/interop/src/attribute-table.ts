import type { Attributes } from "./graph-attributes.ts";
import type { Scalar } from "./scalar.ts";

/** The types by their names in GraphML; those of GEXF are alike. */
export type AttributeType = "boolean" | "int" | "long" | "double" | "string";

/** An attribute as it is declared. */
export interface AttributeKey {
  readonly id: string;
  readonly name: string;
  readonly type: AttributeType;
}

/** Numbers take the narrowest type that holds all of their name. */
const NUMBERS: readonly AttributeType[] = ["int", "long", "double"];

/** Which attributes nodes, or edges, have. One that holds several types of values is declared once for each. */
export class AttributeTable {
  readonly #prefix: string;
  readonly #numbers = new Map<string, AttributeType>();
  readonly #names = new Map<string, Set<"boolean" | "bigint" | "number" | "string">>();
  #ids: Map<string, Map<AttributeType, string>> | undefined;

  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  /** Takes note of attributes that are to be declared. */
  note(attributes: Attributes): void {
    for (const [name, value] of attributes) {
      const kinds = this.#names.get(name) ?? new Set();
      this.#names.set(name, kinds.add(typeof value as "boolean" | "bigint" | "number" | "string"));
      if (typeof value === "number") {
        const type =
          NUMBERS[Math.max(NUMBERS.indexOf(this.#numbers.get(name) ?? "int"), NUMBERS.indexOf(numberType(value)))];
        this.#numbers.set(name, type as AttributeType);
      }
    }
  }

  /** What to declare; nothing more is to be noted. */
  keys(): AttributeKey[] {
    const keys: AttributeKey[] = [];
    this.#ids = new Map();
    for (const [name, kinds] of this.#names) {
      const types = new Set([...kinds].map((kind) => this.#typeOf(name, kind)));
      const ids = new Map<AttributeType, string>();
      for (const type of types) {
        const id = `${this.#prefix}${keys.length}`;
        ids.set(type, id);
        keys.push({ id, name, type });
      }
      this.#ids.set(name, ids);
    }
    return keys;
  }

  /** The id under which `value` stands. */
  idOf(name: string, value: Scalar): string {
    return this.#ids?.get(name)?.get(this.#typeOf(name, typeof value)) ?? "";
  }

  #typeOf(name: string, kind: string): AttributeType {
    if (kind === "boolean" || kind === "string") return kind;
    return kind === "bigint" ? "long" : (this.#numbers.get(name) ?? "double");
  }
}

function numberType(value: number): AttributeType {
  if (!Number.isSafeInteger(value) || Object.is(value, -0)) return "double";
  return value === (value | 0) ? "int" : "long";
}
