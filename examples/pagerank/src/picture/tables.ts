import type { PicturePeer, PictureSummary } from "../picture-summary.ts";
import {
  escapeText,
  formatBytes,
  formatCount,
  formatDuration,
  formatShare,
  formatSmall,
  percent,
  shorten,
} from "./markup.ts";
import { stateGlyph, stateTone } from "./peer-state.ts";

/** Names longer than this are cut in tables. */
const NAME_LENGTH = 48;
/** Names longer than this may be cut by a narrow column, so the whole name is in the title as well. */
const SHORT_NAME = 12;
const MAX_PAIRS = 24;

/** A name of any length and content, isolated so that its writing direction stays its own. */
function name(text: string): string {
  const title = text.length > SHORT_NAME ? ` title="${escapeText(shorten(text, 500))}"` : "";
  return `<bdi${title}>${escapeText(shorten(text, NAME_LENGTH))}</bdi>`;
}

function chip(summary: PictureSummary, id: number | string): string {
  const index = summary.partitions.findIndex((partition) => String(partition.id) === String(id));
  const colour = index < 0 ? "var(--quiet)" : `var(--p${index})`;
  return `<span class="chip" style="--c:${colour}">${escapeText(shorten(String(id), 16))}</span>`;
}

function bar(part: number, whole: number, style = ""): string {
  return `<span class="bar">${part > 0 ? `<span style="width:${percent(part, whole)}${style}"></span>` : ""}</span>`;
}

function peerState({ state }: PicturePeer): string {
  return `<span class="state ${stateTone(state)}"><span aria-hidden="true">${stateGlyph(state)}</span> ${escapeText(shorten(state, 24))}</span>`;
}

interface Totals {
  messages: number;
  bytes: number;
}

/** Every partition with its process: who and where it is, what it holds, what it sent. */
export function partitionTable(summary: PictureSummary): string {
  const sent = new Map<string, Totals>();
  const received = new Map<string, Totals>();
  for (const { from, to, messages, bytes } of summary.traffic) {
    for (const [totals, id] of [
      [sent, from],
      [received, to],
    ] as const) {
      const total = totals.get(String(id)) ?? { messages: 0, bytes: 0 };
      total.messages += messages;
      total.bytes += bytes;
      totals.set(String(id), total);
    }
  }
  const most = Math.max(...summary.partitions.map((partition) => partition.nodes), 1);
  const rows = summary.partitions.map(({ id, peer, nodes, innerEdges, crossEdges }, index) => {
    const out = sent.get(String(id)) ?? { messages: 0, bytes: 0 };
    const back = received.get(String(id)) ?? { messages: 0, bytes: 0 };
    return `<tr data-partition="${index}"><th scope="row">${chip(summary, id)}</th><td>${name(peer.identity)}</td><td>${name(peer.address)}</td><td>${peerState(peer)}</td><td class="number">${formatCount(nodes)}</td><td class="wide">${bar(nodes, most, `;background:var(--p${index})`)}</td><td class="number">${formatCount(innerEdges)}</td><td class="number">${formatCount(crossEdges)}</td><td class="number">${formatShare(crossEdges, innerEdges + crossEdges)}</td><td class="number">${formatCount(out.messages)}</td><td class="number">${formatBytes(out.bytes)}</td><td class="number">${formatBytes(back.bytes)}</td></tr>`;
  });
  const { coordinator } = summary;
  return `<div class="scroll" tabindex="0" role="region" aria-labelledby="partitions"><table><thead><tr><th scope="col">Partition</th><th scope="col">Peer</th><th scope="col">Address</th><th scope="col">State</th><th scope="col" colspan="2">Nodes</th><th scope="col" class="number">Inner edges</th><th scope="col" class="number" colspan="2">Cross edges</th><th scope="col" class="number">Messages sent</th><th scope="col" class="number">Sent</th><th scope="col" class="number">Received</th></tr></thead><tbody>
<tr><th scope="row">–</th><td>${name(coordinator.identity)}</td><td>${name(coordinator.address)}</td><td>${peerState(coordinator)}</td><td colspan="8" class="quiet">coordinator</td></tr>
${rows.join("\n")}</tbody></table></div>`;
}

/** The pairs with the most traffic, for those who cannot see the ribbons. */
export function trafficTable(summary: PictureSummary): string {
  const flows = summary.traffic.filter(({ bytes }) => bytes > 0).sort((a, b) => b.bytes - a.bytes);
  if (flows.length === 0) return "";
  const most = flows[0]!.bytes;
  const rows = flows
    .slice(0, MAX_PAIRS)
    .map(
      ({ from, to, messages, bytes }) =>
        `<tr><td>${chip(summary, from)} → ${chip(summary, to)}</td><td class="number">${formatCount(messages)}</td><td class="number">${formatBytes(bytes)}</td><td class="wide">${bar(bytes, most)}</td></tr>`,
    );
  const rest = flows.length - MAX_PAIRS;
  return `<details><summary>Traffic as a table</summary><table><thead><tr><th scope="col">From → to</th><th scope="col" class="number">Messages</th><th scope="col" colspan="2">Bytes</th></tr></thead><tbody>${rows.join("\n")}</tbody></table>${rest > 0 ? `<p class="note">and ${formatCount(rest)} lighter ones</p>` : ""}</details>`;
}

/** The cut and the balance of every strategy tried. */
export function strategyTable(summary: PictureSummary): string {
  const { strategies, graph } = summary;
  const worst = Math.max(...strategies.map(({ balance }) => balance - 1), 0);
  const rows = strategies.map(({ name: strategy, crossEdges, balance }) => {
    const used = strategy === summary.strategy;
    return `<tr${used ? ' class="used"' : ""}><th scope="row">${name(strategy)}${used ? ' <span class="tag">used</span>' : ""}</th><td class="number">${formatShare(crossEdges, graph.edges)}</td><td class="wide" title="${formatCount(crossEdges)} of ${formatCount(graph.edges)} edges">${bar(crossEdges, graph.edges)}</td><td class="number">${balance.toFixed(3)}</td><td class="wide">${bar(balance - 1, worst)}</td></tr>`;
  });
  return `<table><thead><tr><th scope="col">Strategy</th><th scope="col" colspan="2">Edges cut</th><th scope="col" colspan="2">Balance</th></tr></thead><tbody>${rows.join("\n")}</tbody></table><p class="note">Edges cut: share of edges between partitions; less is less traffic. Balance: largest partition over the mean; 1 is perfect, and the bar shows the excess.</p>`;
}

/** What took how long, one bar after the other. */
export function phaseTable({ phases }: PictureSummary): string {
  const total = phases.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
  let before = 0;
  const rows = phases.map(({ name: phase, milliseconds }) => {
    const start = percent(before, total);
    before += milliseconds;
    return `<tr><th scope="row">${name(phase)}</th><td class="number">${formatDuration(milliseconds)}</td><td class="wide">${bar(milliseconds, total, `;margin-left:${start}`)}</td></tr>`;
  });
  return `<table><thead><tr><th scope="col">Phase</th><th scope="col" colspan="2">Time</th></tr></thead><tbody>${rows.join("\n")}</tbody><tfoot><tr><th scope="row">Total</th><td class="number">${formatDuration(total)}</td><td></td></tr></tfoot></table>`;
}

/** The highest-ranked nodes. */
export function topNodeTable(summary: PictureSummary): string {
  const most = Math.max(...summary.topNodes.map(({ rank }) => rank), 0);
  const rows = summary.topNodes.map(({ id, rank, partition }, i) => {
    const index = summary.partitions.findIndex((each) => String(each.id) === String(partition));
    const colour = index < 0 ? "" : `;background:var(--p${index})`;
    return `<tr><td class="number quiet">${i + 1}</td><th scope="row" class="elastic">${name(id)}</th><td>${chip(summary, partition)}</td><td class="number">${formatSmall(rank)}</td><td class="wide">${bar(rank, most, colour)}</td></tr>`;
  });
  return `<table><thead><tr><th scope="col" class="number">#</th><th scope="col">Node</th><th scope="col">Partition</th><th scope="col" colspan="2">Rank</th></tr></thead><tbody>${rows.join("\n")}</tbody></table>`;
}
