import type { PartitionId } from "@graphoid/core";
import type { PartitionReport } from "./report.ts";
import { formatReport, grouped } from "./report-table.ts";

const SIZE = 640;
const CENTER = SIZE / 2;
const RING = 240;
/** More than these would be a blot. */
const MAX_DRAWN = 256;
const MAX_LINES = 2000;

/**
 * A report as a picture, in SVG: a circle for every partition, its area in proportion to its nodes, and a line between
 * two partitions the wider the more edges lead between them. Pointing at a shape shows its numbers. Of more than 256
 * partitions the largest are drawn, and of many links the strongest.
 */
export function reportSvg(report: PartitionReport): string {
  const drawn = [...report.partitions].sort((a, b) => b.nodes - a.nodes).slice(0, MAX_DRAWN);
  const shown = new Set(drawn.map(({ id }) => id));
  const parts = report.partitions.filter(({ id }) => shown.has(id));
  const places = new Map<PartitionId, readonly [number, number]>();
  parts.forEach(({ id }, i) => {
    const angle = (2 * Math.PI * i) / parts.length - Math.PI / 2;
    places.set(id, [CENTER + RING * Math.cos(angle), CENTER + RING * Math.sin(angle)]);
  });
  const most = parts.reduce((max, { nodes }) => Math.max(max, nodes), 1);
  const room = Math.min(60, (Math.PI * RING) / Math.max(3, parts.length));
  const links = [...report.links]
    .filter(({ between: [a, b] }) => shown.has(a) && shown.has(b))
    .sort((a, b) => b.edges - a.edges)
    .slice(0, MAX_LINES);
  const strongest = links[0]?.edges ?? 1;
  const lines = links.map(({ between: [a, b], edges }) => {
    const [x1, y1] = places.get(a)!;
    const [x2, y2] = places.get(b)!;
    const width = Math.max(0.4, (12 * edges) / strongest);
    const title = escapeText(`${a} – ${b}: ${grouped(edges)} edges`);
    return (
      `<line x1="${short(x1)}" y1="${short(y1)}" x2="${short(x2)}" y2="${short(y2)}" ` +
      `stroke-width="${short(width)}"><title>${title}</title></line>`
    );
  });
  const circles = parts.map(({ id, nodes, edges, cutEdges }) => {
    const [x, y] = places.get(id)!;
    const radius = Math.max(2, room * 0.9 * Math.sqrt(nodes / most));
    const title = escapeText(`${id}: ${grouped(nodes)} nodes, ${grouped(edges)} edges, ${grouped(cutEdges)} cut`);
    const label = parts.length > 64 ? "" : `<text x="${short(x)}" y="${short(y + 4)}">${escapeText(String(id))}</text>`;
    return `<circle cx="${short(x)}" cy="${short(y)}" r="${short(radius)}"><title>${title}</title></circle>${label}`;
  });
  const summary = escapeText(`${report.strategy}: ${report.partitions.length} partitions, cut ${grouped(report.cut)}`);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${SIZE} ${SIZE}" role="img" font-family="sans-serif" font-size="12">`,
    `<title>${summary}</title>`,
    `<g stroke="#888" stroke-opacity="0.5">${lines.join("")}</g>`,
    `<g fill="#4a7ebb" stroke="#fff" text-anchor="middle">${circles.join("").replaceAll("<text", '<text fill="#fff" stroke="none"')}</g>`,
    "</svg>",
    "",
  ].join("\n");
}

/** A report as a page of HTML that needs nothing else: the picture and the table. */
export function reportHtml(report: PartitionReport): string {
  return [
    "<!doctype html>",
    '<html lang="en">',
    `<head><meta charset="utf-8"><title>${escapeText(report.strategy)}</title>`,
    "<style>body{font-family:sans-serif;margin:2em;max-width:60em}svg{max-width:40em}</style></head>",
    `<body><h1>${escapeText(report.strategy)}</h1>`,
    reportSvg(report),
    `<pre>${escapeText(formatReport(report))}</pre>`,
    "</body></html>",
    "",
  ].join("\n");
}

function short(value: number): string {
  return String(Math.round(value * 10) / 10);
}

/** Text for XML: also without the control characters that XML cannot hold. */
function escapeText(text: string): string {
  return (
    text
      .replaceAll("&", "&amp;")
      .replaceAll("<", "&lt;")
      .replaceAll(">", "&gt;")
      .replaceAll('"', "&quot;")
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what XML cannot hold.
      .replace(/[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g, "\ufffd")
  );
}
