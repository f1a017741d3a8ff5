import type { PartitionSnapshot, PeerChange, PeerState, RouterSnapshot } from "@graphoid/universe";
import type { LinkView, PeerView, TraceView } from "../src/inspector/messages.ts";
import { button, byId, element, mark } from "./dom.ts";
import { bytesText, isTrouble, LOOKS, linkWidth, NOT_MEASURED, ROUND_TRIPS, STATES, shown, timeText } from "./look.ts";

const MAX_EVENTS = 200;
const MAX_ROWS = 200;

export function drawTitle(local: string, address: string | undefined, peers: number): void {
  byId("title").textContent = `The system as ${shown(local)} sees it`;
  byId("subtitle").textContent =
    `${address === undefined ? "does not listen" : `listens at ${address}`}, knows ${peers} ${peers === 1 ? "host" : "hosts"}`;
  document.title = `${shown(local)}: Graphoid inspector`;
}

/** What somebody must know first: which host died last, or that all is well. Returns that host. */
export function drawHeadline(
  peers: ReadonlyMap<string, PeerView>,
  nowMs: number,
  onPick: (id: string) => void,
): string | undefined {
  let worst: PeerView | undefined;
  for (const peer of peers.values()) {
    if (isTrouble(peer.state) && (worst === undefined || peer.sequence > worst.sequence)) worst = peer;
  }
  const headline = byId("headline");
  headline.className = worst === undefined ? "" : "bad";
  if (worst === undefined) {
    headline.textContent = "No host is in trouble.";
    return undefined;
  }
  const { id, state, reason, timeMs } = worst;
  const { sign, means } = LOOKS[state];
  const ago = Math.max(0, Math.round((nowMs - timeMs) / 1000));
  const others = [...peers.values()].filter((peer) => isTrouble(peer.state)).length - 1;
  const text = `${sign} ${shown(id)} ${state} ${ago} s ago (${means})${reason === undefined ? "" : `: ${shown(reason)}`}${others > 0 ? `; ${others} more in trouble` : ""}`;
  headline.replaceChildren(button([document.createTextNode(text)], () => onPick(id)));
  return id;
}

export function drawStates(peers: Iterable<PeerView>): void {
  const counts = new Map<PeerState, number>();
  for (const { state } of peers) counts.set(state, (counts.get(state) ?? 0) + 1);
  byId("states").replaceChildren(
    ...STATES.filter((state) => state !== "unknown").map((state) => {
      const { colour, sign, means } = LOOKS[state];
      const text = document.createTextNode(`${counts.get(state) ?? 0} ${state}: ${means}`);
      return element("li", { children: [mark(colour, sign), text] });
    }),
  );
}

export function addEvent(change: PeerChange, onPick: (id: string) => void): void {
  const { id, from, to, reason, timeMs } = change;
  const { colour, sign } = LOOKS[to];
  const time = element("time", { text: timeText(timeMs) });
  const what = element(isTrouble(to) ? "strong" : "span", { text: `${shown(id)}: ${from} → ${to}` });
  const why = document.createTextNode(reason === undefined ? "" : ` (${shown(reason)})`);
  const item = element("li", { children: [button([mark(colour, sign), time, what, why], () => onPick(id))] });
  item.style.borderColor = colour;
  const events = byId("events");
  events.prepend(item);
  while (events.childElementCount > MAX_EVENTS) events.lastElementChild?.remove();
}

export function drawDetails(
  peer: PeerView | undefined,
  links: Iterable<LinkView>,
  partitions: readonly PartitionSnapshot[],
): void {
  const section = byId("details");
  section.hidden = peer === undefined;
  if (peer === undefined) return;
  const rows: [string, string][] = [
    ["host", peer.id],
    ["state", `${peer.state}: ${LOOKS[peer.state].means}`],
    ["since", timeText(peer.timeMs)],
  ];
  if (peer.reason !== undefined) rows.push(["why", peer.reason]);
  if (peer.code !== undefined) rows.push(["code", peer.code]);
  rows.push(["address", peer.address ?? "not known"]);
  if (peer.incarnation !== undefined) rows.push(["run", peer.incarnation]);
  const held = partitions.filter(({ host }) => host === peer.id);
  if (held.length > 0) rows.push(["holds", held.map(({ split, id }) => `${split} ${id}`).join(", ")]);
  for (const link of links) {
    if (link.from !== peer.id && link.to !== peer.id) continue;
    const other = link.from === peer.id ? link.to : link.from;
    const trip = link.roundTripMs === undefined ? "" : `, ${link.roundTripMs.toFixed(1)} ms`;
    rows.push([`with ${shown(other)}`, `${bytesText(link.bytes)}, ${bytesText(link.bytesPerSecond)}/s${trip}`]);
    if (rows.length > 24) break;
  }
  const list = section.querySelector("dl") as HTMLElement;
  list.replaceChildren(
    ...rows.flatMap(([term, text]) => [element("dt", { text: shown(term) }), element("dd", { text: shown(text) })]),
  );
}

export function drawRouters(routers: readonly RouterSnapshot[]): void {
  byId("routers").replaceChildren(
    ...routers.map(({ name, active, guarantees }) => {
      const promises = [guarantees.order && `order: ${guarantees.order}`, guarantees.delivery]
        .filter(Boolean)
        .join(", ");
      const text = `${shown(name)}${active ? ", in use" : ""}${promises === "" ? "" : ` (${promises})`}`;
      return element("li", {
        children: [mark(active ? "#d4a72c" : "#d0d7de", active ? "★" : " "), document.createTextNode(text)],
      });
    }),
  );
}

export function drawPartitions(partitions: readonly PartitionSnapshot[]): void {
  const splits = new Map<string, PartitionSnapshot[]>();
  for (const part of partitions) splits.set(part.split, [...(splits.get(part.split) ?? []), part]);
  byId("partitions").replaceChildren(
    ...Array.from(splits, ([split, parts]) => {
      const rows = parts.slice(0, MAX_ROWS).map(({ id, nodes, cutEdges, edges, host }) => {
        const cells = [JSON.stringify(id), nodes ?? "", edges ?? "", cutEdges ?? "", host ?? ""];
        return element("tr", { children: cells.map((cell) => element("td", { text: shown(String(cell)) })) });
      });
      const heads = ["partition", "nodes", "edges", "cut", "held by"].map((text) => element("th", { text }));
      const caption = element("caption", {
        text: `${shown(split)}: ${shown(parts[0]?.strategy ?? "")}, ${parts.length} parts`,
      });
      return element("table", { children: [caption, element("tr", { children: heads }), ...rows] });
    }),
  );
}

export function drawTraces(
  traces: Iterable<TraceView>,
  running: string | undefined,
  onReplay: (t: TraceView) => void,
): void {
  const latest = [...traces].reverse().slice(0, 50);
  byId("traces").replaceChildren(
    ...latest.map((trace) => {
      const length = Math.max(...trace.steps.map((step) => step.startMs + (step.durationMs ?? 0)));
      const errors = trace.steps.filter(({ status }) => status === "error").length;
      const calls = `${trace.steps.length} ${trace.steps.length === 1 ? "call" : "calls"}`;
      const text = `▶ ${timeText(trace.startedAt)} ${shown(trace.steps[0]?.name ?? "")}: ${calls}, ${length.toFixed(1)} ms${errors > 0 ? `, ${errors} failed` : ""}`;
      const start = button([document.createTextNode(text)], () => onReplay(trace));
      start.setAttribute("aria-pressed", String(trace.id === running));
      const bars = trace.steps.slice(0, 20).map((step) => {
        const part = element("i", step.status === "error" ? { className: "error" } : {});
        part.style.left = `${(100 * step.startMs) / Math.max(length, 0.001)}%`;
        part.style.width = `${(100 * (step.durationMs ?? length - step.startMs)) / Math.max(length, 0.001)}%`;
        return part;
      });
      return element("li", { children: [start, element("div", { className: "bar", children: bars })] });
    }),
  );
}

export function drawLegend(): void {
  const line = (colour: string, width: number, text: string): HTMLElement => {
    const sample = element("span", { className: "line" });
    sample.style.borderTop = `${Math.round(width)}px solid ${colour}`;
    return element("li", { children: [sample, document.createTextNode(text)] });
  };
  byId("legend").replaceChildren(
    element("li", { children: [mark("#0b1f3a", " "), document.createTextNode("the host that you look from")] }),
    element("li", {
      children: [mark("#1a7f37", "●"), document.createTextNode("another host; larger and named when in trouble")],
    }),
    element("li", { children: [mark("#d4a72c", "★"), document.createTextNode("the router in use")] }),
    element("li", {
      children: [mark("#7a5195", " "), document.createTextNode("a partition, beside the host that holds it")],
    }),
    ...ROUND_TRIPS.map(({ colour, text }) => line(colour, 2, `round trip ${text}`)),
    line(NOT_MEASURED, 2, "round trip not measured"),
    ...[1e3, 1e6, 1e9].map((rate) => line(NOT_MEASURED, linkWidth(rate), `${bytesText(rate)} a second`)),
  );
}
