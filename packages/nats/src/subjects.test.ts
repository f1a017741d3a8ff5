import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fitsSubject, Subjects, token } from "./subjects.ts";

const text = fc.string({ unit: "binary" });
const odd = fc.constantFrom(
  "",
  " ",
  ".",
  "*",
  ">",
  "a.b",
  "=",
  "=YQ",
  "a b",
  "\r\n",
  "héllo",
  "a\u0000",
  "-",
  "_",
  "😀",
);

describe("token", () => {
  it("is a legal part of a subject, whatever the text", () => {
    fc.assert(fc.property(fc.oneof(text, odd), (name) => void expect(token(name)).toMatch(/^[\w=-]+$/)));
  });

  it("tells all texts apart", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.oneof(text, odd, fc.stringMatching(/^=?[\w-]{0,8}$/))), (names) => {
        expect(new Set(names.map(token)).size).toBe(names.length);
      }),
    );
  });
});

describe("Subjects", () => {
  const kinds = ["call", "control", "probe", "kept"] as const;

  it("gives every namespace, purpose and location a subject of its own, without wildcards", () => {
    const location = fc.oneof(text, odd).filter((name) => name !== "" && fitsSubject(name));
    const one = fc.tuple(fc.stringMatching(/^[\w-]{1,9}$/), fc.constantFrom(...kinds), location);
    fc.assert(
      fc.property(fc.uniqueArray(one, { selector: (parts) => JSON.stringify(parts) }), (all) => {
        const subjects = all.map(([namespace, kind, name]) => new Subjects(namespace)[kind](name));
        expect(new Set(subjects).size).toBe(all.length);
        for (const subject of subjects) expect(subject.split(".")).toHaveLength(3);
      }),
    );
  });

  it("keeps the inboxes of two runs apart, and apart from locations", () => {
    const subjects = new Subjects("n");
    const inboxes = [
      subjects.inbox("a", "b"),
      subjects.inbox("a", "c"),
      subjects.inbox("a.b", "c"),
      subjects.inbox("", ""),
    ];
    expect(new Set(inboxes).size).toBe(4);
    for (const inbox of inboxes) expect(inbox.split(".")).toHaveLength(4);
  });

  it("refuses a location that no subject has room for", () => {
    const subjects = new Subjects("n");
    for (const name of ["", "x".repeat(1_001), "ö".repeat(400)]) {
      expect(() => subjects.call(name)).toThrow(expect.objectContaining({ code: "INVALID_ARGUMENT" }));
    }
    expect(subjects.call("x".repeat(1_000))).toHaveLength(1_005);
  });

  it("makes the same subject after it has forgotten it", () => {
    const subjects = new Subjects("n");
    const first = subjects.call("here");
    for (let i = 0; i < 10_001; i++) subjects.call(`l${i}`);
    expect(subjects.call("here")).toBe(first);
  });
});
