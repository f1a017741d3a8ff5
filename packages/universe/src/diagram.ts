import type { Value } from "@graphoid/core";
import { BridgeNode } from "./bridge-node.ts";
import type { PartitionSnapshot } from "./partition-report.ts";
import type { PeerState } from "./peer-state.ts";
import type { RouterSnapshot } from "./router-report.ts";
import type { IdentitySnapshot, UniverseGraph } from "./universe-graph.ts";

/** Fills that black text can be read on. The state is also written out: colour alone is not enough. */
const FILLS: Readonly<Record<PeerState, string>> = {
  unknown: "#ffffff",
  connecting: "#cfe2ff",
  handshaking: "#a9ccff",
  connected: "#b7e4c7",
  suspect: "#ffe08a",
  disconnected: "#d9d9d9",
  failed: "#ff9d9d",
  left: "#efefef",
  rejected: "#f3b6e0",
};

/** The graph in the language of Graphviz. */
export function toDot(graph: UniverseGraph): string {
  const lines = [
    "digraph universe {",
    "  rankdir=LR;",
    '  node [shape=box, style="rounded,filled", fillcolor="#ffffff"];',
  ];
  draw(graph, {
    node(name, texts, state) {
      const fill = state === undefined ? "" : `, fillcolor="${FILLS[state]}"`;
      lines.push(`  ${name} [label="${texts.map(escapeDot).join("\\n")}"${fill}];`);
    },
    edge: (from, to, label) => void lines.push(`  ${from} -> ${to} [label="${escapeDot(label)}"];`),
  });
  return `${lines.join("\n")}\n}\n`;
}

/** The graph in the language of Mermaid. */
export function toMermaid(graph: UniverseGraph): string {
  const lines = ["flowchart LR"];
  const states = new Set<PeerState>();
  draw(graph, {
    node(name, texts, state) {
      if (state !== undefined) states.add(state);
      const styled = state === undefined ? "" : `:::${state}`;
      lines.push(`  ${name}["${texts.map(escapeMermaid).join("<br/>")}"]${styled}`);
    },
    edge: (from, to, label) => void lines.push(`  ${from} -->|"${escapeMermaid(label)}"| ${to}`),
  });
  for (const state of states) lines.push(`  classDef ${state} fill:${FILLS[state]},color:#000000`);
  return `${lines.join("\n")}\n`;
}

interface Drawing {
  node(name: string, texts: readonly string[], state: PeerState | undefined): void;
  edge(from: string, to: string, label: string): void;
}

/** Nodes are named by number, so that nothing from the network stands outside a quoted label. */
function draw(graph: UniverseGraph, drawing: Drawing): void {
  const names = new Map<string, string>();
  graph.forEachNode((id, value) => {
    const name = `n${names.size}`;
    names.set(id, name);
    drawing.node(name, textsOf(id, value), value instanceof BridgeNode ? value.state : undefined);
  });
  graph.forEachEdge((from, to, label) => drawing.edge(names.get(from) as string, names.get(to) as string, label));
}

function textsOf(id: string, value: Value): string[] {
  if (value === null) return [id];
  if (value instanceof BridgeNode) {
    return [value.id, value.state, ...(value.foreign === undefined ? [] : [value.foreign])];
  }
  if (id === "local_identity") return [(value as IdentitySnapshot).id, "this host"];
  if (id.startsWith("routers/")) {
    const { name, active } = value as RouterSnapshot;
    return [name, active ? "in use" : "not in use"];
  }
  const { split, id: partition, strategy, nodes } = value as PartitionSnapshot;
  return [`${split} ${partition}`, strategy, ...(nodes === undefined ? [] : [`${nodes} nodes`])];
}

/** Control characters, and those that change the direction of text, shown as what they are. */
function visible(text: string): string {
  return text.replace(/[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu, (character) => {
    return `<U+${(character.codePointAt(0) as number).toString(16).toUpperCase().padStart(4, "0")}>`;
  });
}

function escapeDot(text: string): string {
  // Graphviz reads entities such as &lt; in labels too.
  return visible(text).replace(/["\\]/g, "\\$&").replaceAll("&", "&amp;");
}

/** Mermaid writes a character as its number between # and ;. All that could mean something is written so. */
function escapeMermaid(text: string): string {
  return visible(text).replace(/[^\p{L}\p{M}\p{N} _.:/-]/gu, (character) => `#${character.codePointAt(0)};`);
}
