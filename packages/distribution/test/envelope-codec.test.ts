import { createSerializer } from "@graphoid/serialize";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
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
