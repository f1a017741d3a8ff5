/** Asking one hook that lets everything pass, against `callHook` of hookable with one listener, awaited as it must be. */
import { Graph, type Interceptor, type Registration } from "@graphoid/core";
import { createHooks } from "@graphoid/hooks";
import { createHooks as createHookable } from "hookable";
import type { Contender, Measure } from "../../harness/workload.ts";
import { HOOKABLE, OURS } from "./names.ts";

interface Parameters {
  readonly calls: number;
}

interface State extends Parameters {
  readonly run: (calls: number) => number | Promise<number>;
}

const call: Measure<State> = {
  async run({ calls, run }, probe) {
    probe.operations(calls);
    probe.start();
    const seen = await run(calls);
    probe.stop();
    return seen;
  },
  expected: ({ calls }) => calls,
};

/** A graph that keeps what is attached to it, so that it can be asked as the graph asks it. */
class Seam extends Graph {
  attached: Interceptor = {};

  override intercept(interceptor: Interceptor): Registration {
    this.attached = interceptor;
    return super.intercept(interceptor);
  }
}

const ours: Contender<State, Parameters> = {
  packageName: "@graphoid/hooks",
  setup({ calls }) {
    const graph = new Seam();
    let seen = 0;
    createHooks().onAddNode(
      () => {
        seen++;
        return "continue";
      },
      { graph },
    );
    const { attached } = graph;
    const options = {};
    return {
      calls,
      run(count) {
        seen = 0;
        for (let i = 0; i < count; i++) {
          if (attached.addNode?.(graph, "node", i, options) !== "continue") throw new Error("not let pass");
        }
        return seen;
      },
    };
  },
  measures: { call },
};

const theirs: Contender<State, Parameters> = {
  packageName: "hookable",
  setup({ calls }) {
    const hooks = createHookable<{ addNode: (graph: Graph, id: string, value: number, options: object) => void }>();
    const graph = new Graph();
    let seen = 0;
    hooks.hook("addNode", () => {
      seen++;
    });
    const options = {};
    return {
      calls,
      async run(count) {
        seen = 0;
        for (let i = 0; i < count; i++) await hooks.callHook("addNode", graph, "node", i, options);
        return seen;
      },
    };
  },
  measures: { call },
};

export const contenders = { [OURS]: ours, [HOOKABLE]: theirs };
