import { createSerializer } from "@graphoid/serialize";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeInSession, encodeInSession } from "../src/envelope-list.ts";
import { decodeEnvelope, type Envelope, encodeEnvelope, isGraphoidError, isWellFormed } from "../src/index.ts";

const serializer = createSerializer();
const text = fc.string({ unit: "binary", maxLength: 20 }).filter(isWellFormed);
const payload = fc.oneof(
  fc.constant(null),
  fc.integer(),
  text,
  fc.array(fc.integer()),
  fc.dictionary(text, fc.boolean(), { noNullPrototype: true }),
);
const envelope: fc.Arbitrary<Envelope> = fc.record(
  {
    kind: fc.constantFrom("send", "request", "stream", "reply", "error", "cancel", "item", "credit", "end"),
    id: fc.maxSafeNat(),
    target: text,
    message: text,
    payload,
    headers: fc.dictionary(text, fc.oneof(text, fc.integer()), { noNullPrototype: true }),
    replyTo: fc.record(
      { id: text, location: payload, metadata: fc.constant({}), incarnation: text },
      { requiredKeys: ["id", "location", "metadata"] },
    ),
    incarnation: text,
  },
  { requiredKeys: ["kind", "id", "target", "message", "payload", "headers"] },
) as fc.Arbitrary<Envelope>;

describe("envelope codec", () => {
  it("gives back what it was given", () => {
    fc.assert(
      fc.property(envelope, (given) => {
        expect(decodeEnvelope(serializer, encodeEnvelope(serializer, given))).toEqual(given);
      }),
    );
  });

  it("refuses every other value with a typed error", () => {
    fc.assert(
      fc.property(fc.array(payload, { maxLength: 9 }), (parts) => {
        try {
          decodeEnvelope(serializer, serializer.toBytes(parts));
        } catch (error) {
          expect(isGraphoidError(error, "INVALID_ARGUMENT")).toBe(true);
        }
      }),
    );
  });

  it("refuses bytes that are cut or changed with a typed error", () => {
    fc.assert(
      fc.property(envelope, fc.nat(), fc.nat(255), (given, at, byte) => {
        const bytes = encodeEnvelope(serializer, given);
        const changed = bytes.slice();
        changed[at % bytes.length] = byte;
        for (const hostile of [bytes.subarray(0, at % bytes.length), changed]) {
          try {
            decodeEnvelope(serializer, hostile);
          } catch (error) {
            expect(isGraphoidError(error)).toBe(true);
          }
        }
      }),
    );
  });
});

describe("envelopes of a session", () => {
  const withoutPath = ({ replyTo: _, ...rest }: Envelope): Envelope => rest;
  const withoutEnd = ({ incarnation: _, ...rest }: Envelope): Envelope => rest;

  it("come back as they were given", () => {
    fc.assert(
      fc.property(fc.array(envelope, { maxLength: 20 }), (given) => {
        const [here, there] = [serializer.session(), serializer.session()];
        for (const one of given) {
          expect(decodeInSession(there, encodeInSession(here, one))).toEqual(withoutPath(one));
        }
      }),
    );
  });

  it("that are cut or changed are refused with a typed error, or only their payload is", () => {
    fc.assert(
      fc.property(envelope, fc.nat(), fc.nat(255), (given, at, byte) => {
        const bytes = encodeInSession(serializer.session(), given);
        const changed = bytes.slice();
        changed[at % bytes.length] = byte;
        for (const hostile of [bytes.subarray(0, at % bytes.length), changed]) {
          try {
            decodeInSession(serializer.session(), hostile);
          } catch (error) {
            expect(isGraphoidError(error)).toBe(true);
          }
        }
      }),
    );
  });

  it("whose payload cannot be read still tell which call they belong to", () => {
    const kinds = fc.constantFrom("send", "request", "stream", "reply", "item") as fc.Arbitrary<Envelope["kind"]>;
    const key = fc.string({ minLength: 1, maxLength: 300 }).filter(isWellFormed);
    fc.assert(
      fc.property(envelope, kinds, key, fc.boolean(), (given, kind, name, ofInput) => {
        const headers = ofInput ? { input: 1 } : {};
        const [here, there] = [serializer.session(), serializer.session()];
        // The second defines a shape in front of the envelope, the third uses it.
        for (let i = 0; i < 3; i++) {
          const bytes = encodeInSession(here, { ...withoutEnd(given), kind, payload: [{ [name]: 1 }, 7], headers });
          bytes[bytes.lastIndexOf(7)] = 0xc1;
          const { payload: error, ...rest } = decodeInSession(there, bytes);
          expect(isGraphoidError(error, "FORMAT")).toBe(true);
          const { id, target, message } = given;
          expect(rest).toEqual({ kind, id, target, message, headers: { ...headers, unreadable: 1 } });
        }
      }),
    );
  });
});
