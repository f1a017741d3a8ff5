import { checkLimit } from "./graph-draft.ts";
import { parseScalar, type Scalar, type ScalarType } from "./scalar.ts";
import type { XmlReader } from "./xml-reader.ts";

/** An attribute that a text declares before it uses it: a `key` of GraphML, an `attribute` of GEXF. */
export interface DeclaredAttribute {
  readonly name: string;
  readonly type: ScalarType;
  readonly defaultValue: Scalar | undefined;
}

/** The attributes that nodes, or edges, may have, by the id that the text gives them. */
export class DeclaredAttributes {
  readonly #reader: XmlReader;
  readonly #byId = new Map<string, DeclaredAttribute>();
  readonly #defaults = new Map<string, Scalar>();

  constructor(reader: XmlReader) {
    this.#reader = reader;
  }

  declare(id: string, name: string, type: ScalarType, defaultText: string | undefined): void {
    if (this.#byId.has(id)) throw this.#reader.malformed(`the attribute ${JSON.stringify(id)} is declared twice`);
    const defaultValue = defaultText === undefined ? undefined : this.#parse({ name, type }, defaultText);
    this.#byId.set(id, { name, type, defaultValue });
    if (defaultValue !== undefined) this.#defaults.set(name, defaultValue);
  }

  /** Puts the value that `text` stands for under the name that the attribute has. */
  put(target: Map<string, Scalar>, id: string, text: string): void {
    const attribute = this.#byId.get(id);
    if (attribute === undefined) throw this.#reader.malformed(`the attribute ${JSON.stringify(id)} is not declared`);
    target.set(attribute.name, this.#parse(attribute, text));
  }

  /** Gives each of `items` the defaults of what it does not have. */
  complete(items: readonly { readonly attributes: Map<string, Scalar> }[], maxCells: number): void {
    checkLimit("maxCells", this.#defaults.size * items.length, maxCells);
    for (const { attributes } of items) {
      for (const [name, value] of this.#defaults) if (!attributes.has(name)) attributes.set(name, value);
    }
  }

  #parse({ name, type }: Pick<DeclaredAttribute, "name" | "type">, text: string): Scalar {
    const value = parseScalar(type, text);
    if (value !== undefined) return value;
    throw this.#reader.malformed(
      `the value of ${JSON.stringify(name)} is no ${type}: ${JSON.stringify(text.slice(0, 60))}`,
    );
  }
}
