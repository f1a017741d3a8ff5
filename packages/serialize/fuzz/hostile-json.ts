import type { Choices } from "../../../fuzz/choices.ts";

const STRINGS = [
  '""',
  '"a"',
  '"b"',
  '"$type"',
  '"__proto__"',
  '"constructor"',
  '"1023"',
  '"4294967294"',
  '"\\u0061"',
  '"\\ud83e\\udd8a"',
  '"\\ud800"',
  '"\ud800"',
  '"\\\\"',
  '"\\""',
  '"é🦊"',
];
const NUMBERS = [
  "0",
  "-0",
  "1",
  "-1",
  "1.5",
  "1e400",
  "-1E-7",
  "9007199254740993",
  "-99999999999999999999",
  "00",
  "0.0",
];
const NUMBER_NAMES = ['"NaN"', '"Infinity"', '"-0"', '"9007199254740994"', '"1e21"', '"0x10"', '"1"'];
const DATES = ['"1970-01-01T00:00:00.000Z"', '"+275760-09-13T00:00:00.000Z"', '"1970"', '"2020-02-30T00:00:00.000Z"'];
const BASE64 = [
  '""',
  '"AAAA"',
  '"AAAAAAAAAAA="',
  '"AA=="',
  '"AB=="',
  '"A"',
  '"_-__"',
  '"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"',
];
const ARRAYS = ["Uint8Array", "Int8Array", "Float32Array", "Float64Array", "BigInt64Array", "Uint16Array"];
const MANY = [16, 100, 1000, 5000, 20_000];
/** How many characters a text is grown to at most. */
const ROOM = 150_000;

/** JSON with every tag there is, much of a few things, and mistakes. */
export function hostileJson(choices: Choices): string {
  const text = new HostileJson(choices).value(0);
  return choices.chance(3) ? text.slice(0, choices.below(text.length + 1)) : text;
}

class HostileJson {
  readonly #choices: Choices;
  readonly #wrongness: number;
  #size = 0;

  constructor(choices: Choices) {
    this.#choices = choices;
    this.#wrongness = choices.one([0, 2, 8, 32]);
  }

  value(depth: number): string {
    const choices = this.#choices;
    if (choices.exhausted || depth > 30 || this.#size > ROOM) return "null";
    const text = this.#any(depth);
    this.#size += Math.min(text.length, 100);
    return text;
  }

  #any(depth: number): string {
    const choices = this.#choices;
    switch (choices.below(14)) {
      case 0:
        return choices.one(["null", "true", "false"]);
      case 1:
        return choices.one(NUMBERS);
      case 2:
        return choices.one(STRINGS);
      case 3:
        return this.#list(depth);
      case 4:
        return this.#fields(Array.from({ length: this.#count() }, () => [choices.one(STRINGS), this.value(depth + 1)]));
      case 5:
        return this.#many(depth);
      case 6: {
        const [open, close] = choices.one([
          ["[", "]"],
          ['{"a":', "}"],
          ['{"$type":"set","value":[', "]}"],
        ]);
        const levels = choices.one([...MANY, 500, 999]);
        return open.repeat(levels) + this.value(depth + 5) + close.repeat(this.#wrong ? levels - 1 : levels);
      }
      default:
        return this.#tagged(depth);
    }
  }

  get #wrong(): boolean {
    return this.#wrongness > 0 && this.#choices.chance(this.#wrongness);
  }

  #count(): number {
    return this.#choices.below(5);
  }

  #list(depth: number): string {
    return `[${Array.from({ length: this.#count() }, () => this.value(depth + 1)).join()}]`;
  }

  /** One thing over and over. */
  #many(depth: number): string {
    const unit = this.value(depth + 5);
    const count = Math.max(1, Math.min(this.#choices.one(MANY), Math.floor(ROOM / (unit.length + 1))));
    switch (this.#choices.below(4)) {
      case 0:
        return `{${Array.from({ length: count }, (_, i) => `"${i * 7}":${unit}`).join()}}`;
      case 1:
        return `"${"\\\\".repeat(count)}"`;
      case 2:
        return `{"$type":"bigint","value":"1${"0".repeat(count)}"}`;
      default:
        return `[${new Array(count).fill(unit).join()}]`;
    }
  }

  #tagged(depth: number): string {
    const choices = this.#choices;
    const value = (): string => this.value(depth + 1);
    const pairs = (key: () => string): string =>
      `[${Array.from({ length: this.#count() }, () => `[${key()},${value()}]`).join()}]`;
    const text = (): string => (this.#wrong ? value() : choices.one(STRINGS));
    switch (choices.below(13)) {
      case 0:
        return this.#tag("number", [["value", choices.one(NUMBER_NAMES)]]);
      case 1:
        return this.#tag("bigint", [
          ["value", choices.one(['"0"', '"-1"', '"-0"', '"01"', '"123456789012345678901"'])],
        ]);
      case 2:
        return this.#tag("symbol", [["value", text()]]);
      case 3:
        return this.#tag("date", [["value", choices.one(DATES)]]);
      case 4:
        return this.#tag(choices.one(ARRAYS), [["value", choices.one(BASE64)]]);
      case 5:
        return this.#tag("map", [["value", pairs(value)]]);
      case 6:
        return this.#tag("set", [["value", this.#list(depth)]]);
      case 7:
        return this.#tag("object", [["value", pairs(text)]]);
      case 8:
        return this.#tag("same", [["as", choices.one(["0", "1", "2", "3", "10", "-1", "1.5", '"0"', "1e300"])]]);
      case 9:
        return this.#tag("ref", [
          ["id", text()],
          ["location", value()],
          ["metadata", this.#fields([[text(), value()]])],
          ["incarnation", text()],
        ]);
      case 10:
        return this.#tag("error", [
          ["name", text()],
          ["message", text()],
          ["code", text()],
          ["stack", text()],
          ["details", this.#fields([[text(), value()]])],
          ["cause", value()],
        ]);
      case 11:
        return this.#tag("custom", [
          ["tag", choices.one(['"money"', '"other"'])],
          ["value", choices.one([`[{"$type":"bigint","value":"1"},""]`, value()])],
        ]);
      default:
        return this.#graph(depth);
    }
  }

  /** An object with a tag and these fields, of which some may be missing, stand twice, or be others. */
  #tag(type: string, fields: readonly (readonly [string, string])[]): string {
    const choices = this.#choices;
    const present = fields.filter(() => !this.#wrong && !(fields.length > 2 && choices.chance(60)));
    const all = [
      ['"$type"', this.#wrong ? this.value(8) : `"${type}"`],
      ...present.map(([key, json]) => [`"${key}"`, json]),
    ];
    if (this.#wrong) all.push([choices.one(STRINGS), this.value(8)]);
    if (choices.chance(16)) all.reverse();
    return this.#fields(all as [string, string][]);
  }

  #fields(entries: readonly (readonly [string, string])[]): string {
    return `{${entries.map(([key, json]) => `${key}:${json}`).join(this.#choices.one([",", ", ", "\n,"]))}}`;
  }

  #graph(depth: number): string {
    const choices = this.#choices;
    const id = (): string => (this.#wrong ? this.value(depth) : choices.one(['"a"', '"b"', '"c"']));
    const optional = (key: string, json: () => string): [string, string][] =>
      choices.chance(128) ? [[`"${key}"`, json()]] : [];
    const value = (): string => this.value(depth + 2);
    const properties = (): [string, string][] =>
      optional("properties", () => this.#fields([[choices.one(STRINGS), value()]]));
    const ids = ["a", "b", "c", "d", "e"].slice(0, this.#count());
    const nodes = ids.map((name) =>
      this.#fields([
        ['"id"', this.#wrong ? id() : `"${name}"`],
        ['"value"', value()],
        ...optional("type", () => choices.one(STRINGS)),
        ...properties(),
      ]),
    );
    const edges = Array.from({ length: this.#count() }, () =>
      this.#fields([
        ['"from"', id()],
        ['"to"', id()],
        ...optional("label", () => choices.one(STRINGS)),
        ...optional("weight", () => choices.one(NUMBERS)),
        ...properties(),
      ]),
    );
    return this.#tag("graph", [
      ["directed", choices.one(["true", "false"])],
      ["nodes", `[${nodes.join()}]`],
      ["edges", `[${edges.join()}]`],
    ]);
  }
}
