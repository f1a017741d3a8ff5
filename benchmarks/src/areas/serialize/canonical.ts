import { equals, Graph } from "@graphoid/core";
import { createSerializer } from "@graphoid/serialize";
import { type Message, messages } from "../../datasets/messages.ts";
import type { Contender, Measure } from "../../harness/workload.ts";
import { type GraphParameters, graphInput } from "./graph-input.ts";
import { graphOf } from "./graphoid-codec.ts";
import { OURS, PLAIN } from "./names.ts";

/** One graph, or so many messages of about 100 bytes. */
type CanonicalParameters = GraphParameters | { readonly messages: number };

interface CanonicalState {
  readonly graph: Graph;
  readonly messages: readonly Message[];
  readonly encode: (value: unknown) => Uint8Array;
  /** The bytes of the graph that were last found to be right: equal ones need no second look. */
  checked: Uint8Array;
}

const MESSAGE_PASSES = 20;

const serializer = createSerializer();

const graph: Measure<CanonicalState> = {
  run(state, probe) {
    probe.start();
    const bytes = state.encode(state.graph);
    probe.stop();
    if (Buffer.compare(state.checked, bytes) === 0) return "equal";
    if (!equals(serializer.fromBytes(bytes), state.graph)) return "different";
    state.checked = bytes;
    return "equal";
  },
  expected: () => "equal",
};

const message: Measure<CanonicalState> = {
  run(state, probe) {
    const { messages: made, encode } = state;
    probe.operations(MESSAGE_PASSES * made.length);
    let length = 0;
    probe.start();
    for (let pass = 0; pass < MESSAGE_PASSES; pass++) {
      for (let i = 0; i < made.length; i++) length += encode(made[i]).length;
    }
    probe.stop();
    if (length === 0) return "empty";
    const wrong = made.findIndex((value) => !equals(serializer.fromBytes(encode(value)), value as never));
    return wrong < 0 ? "equal" : `message ${wrong} is different`;
  },
  expected: () => "equal",
};

function contender(encode: (value: unknown) => Uint8Array): Contender<CanonicalState, CanonicalParameters> {
  return {
    packageName: "@graphoid/serialize",
    setup: (parameters) => ({
      graph: "messages" in parameters ? new Graph() : graphOf(graphInput(parameters)),
      messages: "messages" in parameters ? messages({ size: "100 B", count: parameters.messages, seed: 1 }) : [],
      encode,
      checked: new Uint8Array(0),
    }),
    measures: { graph, message },
  };
}

export const contenders: { readonly [name: string]: Contender<CanonicalState, CanonicalParameters> } = {
  [OURS]: contender((value) => serializer.toBytes(value as never, { canonical: true })),
  [PLAIN]: contender((value) => serializer.toBytes(value as never)),
};
