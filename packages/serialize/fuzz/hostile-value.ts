import type { Choices } from "../../../fuzz/choices.ts";
import { EXT, TYPED_ARRAYS } from "../src/format.ts";
import { HostileWriter } from "./hostile-bytes.ts";
import { writeGraphBody } from "./hostile-graph.ts";

/** MessagePack as the format has it, with every kind of value, much of a few things, and mistakes. */
export function hostileValue(choices: Choices): Uint8Array {
  const writer = new HostileWriter(choices);
  writeValue(writer, 0);
  if (writer.wrong) writer.put(choices.byte());
  const bytes = writer.take();
  return writer.wrong ? bytes.subarray(0, choices.below(bytes.length + 1)) : bytes;
}

/** Writes any value. */
export function writeValue(writer: HostileWriter, depth: number): void {
  const { choices } = writer;
  if (choices.exhausted || writer.full || depth > 30) return writer.put(0xc0);
  const kind = choices.below(24);
  if (kind < 8) return writeLeaf(writer, kind);
  if (kind < 18) return writeContainer(writer, kind, depth);
  switch (kind) {
    case 18:
      return writeGraph(writer, depth);
    case 19:
      return writePlainGraph(writer, depth);
    case 20:
      return writer.extension(EXT.backReference, () => writer.varint(choices.below(choices.one([2, 8, 40]))));
    case 21:
      return writeMany(writer, depth);
    case 22:
      return writeNested(writer, depth);
    default:
      return writer.extension(choices.one([0, 12, 127, 128, EXT.ref, EXT.error, EXT.custom]), () =>
        writer.raw(choices.bytes(choices.below(20))),
      );
  }
}

function writeLeaf(writer: HostileWriter, kind: number): void {
  const { choices } = writer;
  switch (kind) {
    case 0:
      return writer.put(choices.one([0xc0, 0xc2, 0xc3, 0, 0x7f, 0xe0, 0xff, 0xc1]));
    case 1: {
      const width = choices.below(4);
      writer.put(choices.one([0xcc, 0xd0]) + width);
      return writer.raw(
        choices.chance(128) ? choices.bytes(1 << width) : new Uint8Array(1 << width).fill(choices.byte()),
      );
    }
    case 2: {
      const width = choices.one([4, 8]);
      writer.put(width === 4 ? 0xca : 0xcb);
      return writer.raw(choices.chance(100) ? [0x7f, 0xf8, ...new Uint8Array(width - 2)] : choices.bytes(width));
    }
    case 3:
      return writer.str();
    case 4:
      return writer.bin(writer.text());
    case 5:
      return writer.extension(EXT.timestamp, () => {
        const length = choices.one([4, 8, 12]);
        if (choices.chance(64)) return writer.raw(choices.bytes(writer.wrong ? choices.below(20) : length));
        const second = choices.below(4);
        return writer.raw([...new Uint8Array(length - 1), second]);
      });
    case 6:
      return writer.extension(EXT.bigint, () => {
        writer.put(writer.wrong ? choices.byte() : choices.below(2));
        writer.raw(choices.bytes(choices.below(20)));
        writer.repeated(choices.chance(8) ? writer.count() : 0, () => writer.put(choices.byte()));
        writer.put(1 + choices.below(255));
      });
    default:
      return choices.chance(128)
        ? writer.extension(EXT.symbol, () => writer.str())
        : writer.extension(EXT.typedArray, () => {
            const type = choices.below(TYPED_ARRAYS.length);
            writer.put(writer.wrong ? choices.byte() : type);
            const bytes = TYPED_ARRAYS[type]?.BYTES_PER_ELEMENT ?? 1;
            writer.raw(choices.bytes(writer.announced(choices.below(4) * bytes) % 100));
          });
  }
}

function writeContainer(writer: HostileWriter, kind: number, depth: number): void {
  const { choices } = writer;
  const count = Math.min(writer.count(), 300);
  const values = (many: number): void => {
    for (let i = 0; i < many; i++) writeValue(writer, depth + 1);
  };
  switch (kind) {
    case 8:
    case 9:
      writer.arrayHead(count);
      return values(count);
    case 10:
    case 11:
    case 12:
      writer.mapHead(count);
      for (let i = 0; i < count; i++) {
        // Mostly names that are new; other programs also have other keys.
        if (kind === 12 && choices.chance(100)) writeValue(writer, depth + 1);
        else writer.str(choices.chance(200) ? Uint8Array.of(0x61 + (i % 26), 0x30 + ((i / 26) % 10)) : undefined);
        writeValue(writer, depth + 1);
      }
      return;
    case 13:
    case 14:
      return writer.extension(choices.one([EXT.map, EXT.record, EXT.set]), () => {
        const even = writer.wrong ? count : count - (count % 2);
        writer.arrayHead(even);
        for (let i = 0; i < even; i++) {
          if (i % 2 === 0) writer.str(Uint8Array.of(0x61 + (i % 26)));
          else writeValue(writer, depth + 1);
        }
      });
    case 15:
      return writer.extension(EXT.ref, () => {
        const incarnation = choices.below(2);
        writer.arrayHead(3 + incarnation);
        writer.str();
        writeValue(writer, depth + 1);
        writer.mapHead(1);
        writer.str();
        writeValue(writer, depth + 1);
        if (incarnation === 1) writer.str();
      });
    case 16:
      return writeError(writer, depth);
    default:
      return writer.extension(EXT.custom, () => {
        writer.raw(writer.wrong ? writer.text() : [0xa5, 0x6d, 0x6f, 0x6e, 0x65, 0x79]);
        if (choices.chance(128)) return writeValue(writer, depth + 1);
        writer.raw([0x92, 0xd3, 0x40, ...choices.bytes(7)]);
        return writer.str();
      });
  }
}

function writeError(writer: HostileWriter, depth: number): void {
  const { choices } = writer;
  writer.extension(EXT.error, () => {
    const cause = choices.below(2);
    writer.arrayHead(5 + cause);
    writer.str();
    writer.str();
    const ours = choices.chance(128);
    if (ours || choices.chance(64)) writer.str();
    else writer.put(0xc0);
    if (choices.chance(64)) writer.str();
    else writer.put(0xc0);
    if (ours) {
      writer.mapHead(1);
      writer.str();
      writeValue(writer, depth + 1);
    } else writer.put(0xc0);
    if (cause === 1) writeValue(writer, depth + 1);
  });
}

/** A list of one thing over and over: what is small on the wire and large in memory. */
function writeMany(writer: HostileWriter, depth: number): void {
  const count = Math.max(1, writer.count());
  const unit = writer.apart(() => writeValue(writer, depth + 5));
  const fitting = Math.min(count, Math.floor(100_000 / Math.max(1, unit.length)));
  writer.arrayHead(fitting);
  for (let i = 0; i < fitting; i++) writer.raw(unit);
}

/** Heads within heads. */
function writeNested(writer: HostileWriter, depth: number): void {
  const { choices } = writer;
  const head = writer.apart(() => {
    switch (choices.below(6)) {
      case 0:
        return writer.put(0x91);
      case 1:
        return writer.raw([0x81, 0xa1, 0x61]);
      case 2:
        return writer.raw([0x81, 0x00]);
      case 3:
        return writer.raw([0xdc, 0, 1]);
      case 4:
        return writer.raw([0xdd, 0, 0, 0xc3, 0x50]);
      default:
        return writer.raw([0x92, 0xc0]);
    }
  });
  writer.repeated(writer.count(), () => writer.raw(head));
  writeValue(writer, depth + 5);
}

function writeGraph(writer: HostileWriter, depth: number): void {
  const { choices } = writer;
  writer.extension(EXT.graph, () => {
    writer.put(writer.wrong ? choices.byte() : choices.below(2));
    writeGraphBody(writer, {
      value: () => writeValue(writer, depth + 2),
      part: (write) => writer.raw(writer.apart(write)),
    });
  });
}

/** A graph as other programs write it. */
function writePlainGraph(writer: HostileWriter, depth: number): void {
  const { choices } = writer;
  const word = (text: string): void => writer.str(Uint8Array.from(text, (char) => char.charCodeAt(0)));
  const id = (): void => (choices.chance(230) ? word(choices.one(["a", "b", "c", "d"])) : writer.str());
  const value = (): void => writeValue(writer, depth + 2);
  const properties = (): void => {
    writer.mapHead(1);
    writer.str();
    value();
  };
  const records = (name: string, fields: readonly [string, () => void][]): void => {
    word(name);
    const count = writer.count();
    writer.arrayHead(count);
    for (let i = 0; i < count && !writer.full; i++) {
      const present = fields.filter((_, at) => at < 1 || choices.chance(160));
      if (choices.chance(16)) present.reverse();
      writer.mapHead(present.length);
      for (const [key, write] of present) {
        word(key);
        write();
      }
    }
  };
  const unique = { next: 0 };
  const entries: (() => void)[] = [
    () => {
      word("$type");
      if (writer.wrong) value();
      else word("graph");
    },
    () => {
      word("directed");
      if (writer.wrong) value();
      else writer.put(choices.one([0xc2, 0xc3]));
    },
    () => {
      const fresh = (): void => word(writer.wrong ? "a" : (["a", "b", "c", "d"][unique.next++] ?? `n${unique.next}`));
      records("nodes", [
        ["id", fresh],
        ["value", value],
        ["type", () => writer.str()],
        ["properties", properties],
      ]);
    },
    () => {
      const weight = (): void => (choices.chance(200) ? writer.put(choices.byte() & 0x7f) : value());
      records("edges", [
        ["from", id],
        ["to", id],
        ["label", () => writer.str()],
        ["weight", weight],
        ["properties", properties],
      ]);
    },
  ];
  if (choices.chance(32)) entries.reverse();
  if (writer.wrong) entries.splice(choices.below(4), 1);
  writer.mapHead(entries.length);
  for (const write of entries) write();
}
