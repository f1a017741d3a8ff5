import type { PicturePartition, PictureSummary } from "../picture-summary.ts";
import { coordinate as at, escapeText, formatBytes, formatCount, formatShare, isolate, shorten } from "./markup.ts";
import { stateGlyph } from "./peer-state.ts";

const WIDTH = 840;
const HEIGHT = 664;
const CENTRE_X = WIDTH / 2;
const CENTRE_Y = HEIGHT / 2;
/** Ribbons end here; then the ring of nodes, and the thin ring of edges. */
const RIBBON_RADIUS = 240;
const NODE_RING = [246, 272] as const;
const EDGE_RING = [277, 286] as const;
const LABEL_RADIUS = 300;
/** With more partitions than this, labels hold the id only. */
const FULL_LABELS = 12;
/** With more, every label would touch the next. */
const MAX_LABELS = 72;
/** Each gradient and each ribbon costs the reader's browser some work. */
const MAX_GRADIENTS = 150;
const MAX_RIBBONS = 2500;
/** Every partition is given at least this share of the circle, so that an empty one can be seen. */
const MIN_SHARE = 0.002;

/** Angles are clockwise from the top. */
interface Arc {
  readonly partition: PicturePartition;
  readonly start: number;
  readonly end: number;
}

interface Ribbon {
  readonly a: number;
  readonly b: number;
  /** Bytes and messages from `a` to `b`, and back. */
  readonly there: Flow;
  readonly back: Flow;
}

interface Flow {
  bytes: number;
  messages: number;
}

/** Partitions as arcs as long as their share of the nodes, and the traffic between them as ribbons as wide as its bytes. */
export function chordDiagram(summary: PictureSummary): string {
  const arcs = layOut(summary.partitions);
  const ribbons = pair(summary);
  const drawn = ribbons.slice(0, MAX_RIBBONS);
  const ends = attach(arcs, ribbons);
  const gradients = drawn.length <= MAX_GRADIENTS ? drawn.map((ribbon) => gradient(arcs, ribbon)).join("") : "";
  // The heaviest were sorted first, and are drawn last, on top.
  const paths = drawn.map((ribbon, i) => drawRibbon(ribbon, ends[i]!, arcs, gradients !== "")).reverse();
  const labelled = arcs.length <= MAX_LABELS;
  const { partitions } = summary;
  const description = `${partitions.length} partitions with ${formatCount(sum(partitions, (p) => p.nodes))} nodes; ${
    ribbons.length === 0 ? "no traffic between them" : `${ribbons.length} pairs exchanged messages`
  }. The tables below hold the same figures.`;
  return `<svg class="chord" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-labelledby="chord-title chord-description">
<title id="chord-title">Partitions and the traffic between them</title>
<desc id="chord-description">${escapeText(description)}</desc>
<defs><pattern id="hatch" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="2" height="5" fill="var(--surface)"/></pattern>${gradients}</defs>
<g transform="translate(${CENTRE_X} ${CENTRE_Y})">
<g class="ribbons${drawn.length > MAX_GRADIENTS ? " many" : ""}">${paths.join("\n")}</g>
${arcs.map((arc, i) => drawArc(arc, i)).join("\n")}
${labelled ? arcs.map((arc, i) => drawLabel(arc, i, arcs.length)).join("\n") : ""}
${ribbons.length === 0 ? `<text class="quiet" text-anchor="middle" y="5">no messages between partitions</text>` : ""}
</g>
</svg>${drawn.length < ribbons.length ? `<p class="note">The ${formatCount(drawn.length)} heaviest of ${formatCount(ribbons.length)} pairs are drawn.</p>` : ""}`;
}

function sum<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((total, item) => total + value(item), 0);
}

function layOut(partitions: readonly PicturePartition[]): readonly Arc[] {
  const nodes = sum(partitions, (partition) => partition.nodes);
  const weights = partitions.map((partition) => Math.max(partition.nodes, nodes * MIN_SHARE) || 1);
  const total = weights.reduce((a, b) => a + b, 0);
  const gap = Math.min(0.05, (2 * Math.PI * 0.18) / partitions.length);
  const scale = (2 * Math.PI - gap * partitions.length) / total;
  let angle = gap / 2;
  return partitions.map((partition, i) => {
    const start = angle;
    const end = start + weights[i]! * scale;
    angle = end + gap;
    return { partition, start, end };
  });
}

/** One ribbon for both directions of a pair, the heaviest first. */
function pair({ partitions, traffic }: PictureSummary): readonly Ribbon[] {
  const index = new Map(partitions.map((partition, i) => [String(partition.id), i]));
  const ribbons = new Map<number, Ribbon>();
  for (const { from, to, bytes, messages } of traffic) {
    const i = index.get(String(from));
    const j = index.get(String(to));
    if (i === undefined || j === undefined || i === j || bytes <= 0) continue;
    const [a, b] = i < j ? [i, j] : [j, i];
    const key = a * partitions.length + b;
    let ribbon = ribbons.get(key);
    if (ribbon === undefined) {
      ribbon = { a, b, there: { bytes: 0, messages: 0 }, back: { bytes: 0, messages: 0 } };
      ribbons.set(key, ribbon);
    }
    const flow = i === a ? ribbon.there : ribbon.back;
    flow.bytes += bytes;
    flow.messages += messages;
  }
  return [...ribbons.values()].sort((x, y) => weight(y) - weight(x));
}

function weight(ribbon: Ribbon): number {
  return ribbon.there.bytes + ribbon.back.bytes;
}

type Span = readonly [start: number, end: number];

/**
 * Where each ribbon meets its two arcs. A byte has the same width everywhere, and at each arc the ribbons stand in the
 * order of their other ends, anticlockwise, so that they do not cross at the rim.
 */
function attach(arcs: readonly Arc[], ribbons: readonly Ribbon[]): readonly (readonly [Span, Span])[] {
  const leaving = arcs.map(() => [] as { readonly ribbon: number; readonly other: number; readonly bytes: number }[]);
  ribbons.forEach((ribbon, i) => {
    leaving[ribbon.a]!.push({ ribbon: i, other: ribbon.b, bytes: ribbon.there.bytes });
    leaving[ribbon.b]!.push({ ribbon: i, other: ribbon.a, bytes: ribbon.back.bytes });
  });
  const sent = leaving.map((flows) => sum(flows, (flow) => flow.bytes));
  const perByte = Math.min(...arcs.map((arc, i) => (sent[i]! > 0 ? (arc.end - arc.start) / sent[i]! : Infinity)));
  const ends = ribbons.map(() => [[0, 0] as Span, [0, 0] as Span] as [Span, Span]);
  arcs.forEach((arc, i) => {
    const distance = (other: number): number => (i - other + arcs.length) % arcs.length;
    const flows = leaving[i]!.sort((x, y) => distance(x.other) - distance(y.other));
    let angle = (arc.start + arc.end - (sent[i]! > 0 ? sent[i]! * perByte : 0)) / 2;
    for (const { ribbon, bytes } of flows) {
      const end = angle + bytes * perByte;
      ends[ribbon]![ribbons[ribbon]!.a === i ? 0 : 1] = [angle, end];
      angle = end;
    }
  });
  return ends;
}

function point(angle: number, radius: number): string {
  return `${at(radius * Math.sin(angle))} ${at(-radius * Math.cos(angle))}`;
}

function drawRibbon(ribbon: Ribbon, [a, b]: readonly [Span, Span], arcs: readonly Arc[], gradients: boolean): string {
  const larger = ribbon.there.bytes >= ribbon.back.bytes ? ribbon.a : ribbon.b;
  const fill = gradients ? `url(#${gradientId(ribbon)})` : `var(--p${larger})`;
  const r = RIBBON_RADIUS;
  const arc = ([start, end]: Span): string =>
    end > start ? `A${r} ${r} 0 ${end - start > Math.PI ? 1 : 0} 1 ${point(end, r)}` : "";
  const path = `M${point(a[0], r)}${arc(a)}Q${bend(a[1], b[0])} ${point(b[0], r)}${arc(b)}Q${bend(b[1], a[0])} ${point(a[0], r)}Z`;
  const [from, to] = [arcs[ribbon.a]!, arcs[ribbon.b]!].map((each) => String(each.partition.id));
  const line = (x: string | undefined, y: string | undefined, flow: Flow): string =>
    `${x} → ${y}: ${formatBytes(flow.bytes)} in ${formatCount(flow.messages)} messages`;
  const title = `${line(from, to, ribbon.there)}\n${line(to, from, ribbon.back)}`;
  return `<path data-ends="${ribbon.a} ${ribbon.b}" d="${path}" fill="${fill}" stroke="${fill}"><title>${escapeLines(title)}</title></path>`;
}

/** The control point of a curve between two angles: the centre for opposite ones, near the rim for neighbours. */
function bend(from: number, to: number): string {
  const half = Math.abs(((to - from + 3 * Math.PI) % (2 * Math.PI)) - Math.PI) / 2;
  const x = Math.sin(from) + Math.sin(to);
  const y = -Math.cos(from) - Math.cos(to);
  const length = Math.hypot(x, y);
  if (length < 1e-9) return "0 0";
  const radius = RIBBON_RADIUS * 0.85 * (1 - Math.sin(half));
  return `${at((x / length) * radius)} ${at((y / length) * radius)}`;
}

function gradientId(ribbon: Ribbon): string {
  return `g${ribbon.a}-${ribbon.b}`;
}

function gradient(arcs: readonly Arc[], ribbon: Ribbon): string {
  const end = (index: number): readonly string[] =>
    point((arcs[index]!.start + arcs[index]!.end) / 2, RIBBON_RADIUS).split(" ");
  const [x1, y1] = end(ribbon.a);
  const [x2, y2] = end(ribbon.b);
  return `<linearGradient id="${gradientId(ribbon)}" gradientUnits="userSpaceOnUse" x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}"><stop offset="0.1" stop-color="var(--p${ribbon.a})"/><stop offset="0.9" stop-color="var(--p${ribbon.b})"/></linearGradient>`;
}

function ringPath(start: number, end: number, [inner, outer]: readonly [number, number]): string {
  const large = end - start > Math.PI ? 1 : 0;
  return `M${point(start, outer)}A${outer} ${outer} 0 ${large} 1 ${point(end, outer)}L${point(end, inner)}A${inner} ${inner} 0 ${large} 0 ${point(start, inner)}Z`;
}

function drawArc({ partition, start, end }: Arc, index: number): string {
  const { innerEdges, crossEdges, peer } = partition;
  const edges = innerEdges + crossEdges;
  const border = start + (end - start) * (edges === 0 ? 0 : innerEdges / edges);
  const colour = `var(--p${index})`;
  const title = `Partition ${partition.id}: ${peer.identity} at ${peer.address}, ${peer.state}\n${formatCount(partition.nodes)} nodes, ${formatCount(innerEdges)} inner edges, ${formatCount(crossEdges)} cross edges (${formatShare(crossEdges, edges)})`;
  const cross = edges === 0 ? "" : ringPath(border, end, EDGE_RING);
  return `<g class="arc" data-partition="${index}"><title>${escapeLines(title)}</title><path d="${ringPath(start, end, NODE_RING)}" fill="${colour}"/>${
    edges === 0
      ? ""
      : `<path d="${ringPath(start, border, EDGE_RING)}" fill="${colour}"/><path d="${cross}" fill="${colour}"/><path d="${cross}" fill="url(#hatch)"/>`
  }</g>`;
}

function drawLabel({ partition, start, end }: Arc, index: number, count: number): string {
  const middle = (start + end) / 2;
  const [x, y] = point(middle, LABEL_RADIUS).split(" ").map(Number) as [number, number];
  const id = escapeText(shorten(String(partition.id), 12));
  if (count > FULL_LABELS) {
    return `<text class="label" data-partition="${index}" x="${at(x)}" y="${at(y + 4)}" text-anchor="middle">${id}</text>`;
  }
  const side = Math.sin(middle);
  const anchor = Math.abs(side) < 0.2 ? "middle" : side > 0 ? "start" : "end";
  // Two lines, moved so that their middle, or the edge that faces the ring, is at the label's radius.
  const top = y + 4 - 9 - 9 * Math.cos(middle);
  const { identity, state } = partition.peer;
  return `<text class="label" data-partition="${index}" text-anchor="${anchor}"><tspan class="strong" x="${at(x)}" y="${at(top)}">${stateGlyph(state)} ${id} · ${isolate(escapeText(shorten(identity, 16)))}</tspan><tspan class="quiet" x="${at(x)}" y="${at(top + 18)}">${formatCount(partition.nodes)} nodes</tspan></text>`;
}

/** Escapes a text of several lines for a `<title>`, where line ends are kept. */
function escapeLines(text: string): string {
  return text.split("\n").map(escapeText).join("\n");
}
