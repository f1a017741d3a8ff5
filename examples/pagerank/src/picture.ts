import { chordDiagram } from "./picture/chord.ts";
import { convergenceChart } from "./picture/convergence.ts";
import {
  escapeText,
  formatBytes,
  formatCount,
  formatDuration,
  formatShare,
  formatSmall,
  shorten,
} from "./picture/markup.ts";
import { SCRIPT, styleSheet } from "./picture/style.ts";
import { partitionTable, phaseTable, strategyTable, topNodeTable, trafficTable } from "./picture/tables.ts";
import type { PictureSummary } from "./picture-summary.ts";

/**
 * Draws a run as one page of HTML that needs no network: partitions, the traffic between them, the states of the
 * peers, and the figures of the run. The page is also well-formed XML.
 */
export function renderPicture(summary: PictureSummary): string {
  const name = escapeText(shorten(summary.graph.name, 80));
  const { caption, partitions } = summary;
  const processes =
    partitions.length === 1 ? "one worker process" : `${formatCount(partitions.length)} worker processes`;
  return `<!DOCTYPE html>
<html lang="en" xmlns="http://www.w3.org/1999/xhtml">
<head>
<meta charset="utf-8"/>
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<title>PageRank of ${name}</title>
<style>${styleSheet(partitions.length)}</style>
</head>
<body>
<main>
<header><h1>PageRank of <bdi>${name}</bdi> over ${processes}</h1>${caption === undefined ? "" : `<p class="caption">${escapeText(caption)}</p>`}</header>
${tiles(summary)}
<section class="main"><h2>Partitions and the traffic between them</h2>
${chordDiagram(summary)}
${LEGEND}
${trafficTable(summary)}
</section>
<div class="side">
<section><h2>Highest ranks</h2>
${topNodeTable(summary)}
</section>
<section><h2>Strategies compared on this graph</h2>
${strategyTable(summary)}
</section>
</div>
<section class="full"><h2 id="partitions">Partitions and their peers</h2>
${partitionTable(summary)}
</section>
<section class="half"><h2>Convergence: change of all ranks in each superstep</h2>
${convergenceChart(summary.changes, summary.tolerance)}
</section>
<section class="half"><h2>Time by phase</h2>
${phaseTable(summary)}
</section>
</main>
<script>${SCRIPT}</script>
</body>
</html>
`;
}

const LEGEND = `<ul class="legend">
<li><svg viewBox="0 0 26 12" aria-hidden="true"><rect width="26" height="12" rx="2" fill="var(--accent)"/></svg>wide ring: nodes</li>
<li><svg viewBox="0 0 26 12" aria-hidden="true"><rect y="3" width="16" height="6" fill="var(--accent)"/><rect x="16" y="3" width="10" height="6" fill="var(--accent)"/><rect x="16" y="3" width="10" height="6" fill="url(#hatch)"/></svg>thin ring: inner edges, and hatched the cross edges</li>
<li><svg viewBox="0 0 26 12" aria-hidden="true"><path d="M0 0Q13 5 26 4V8Q13 7 0 12Z" fill="var(--accent)" fill-opacity=".6"/></svg>ribbon: bytes sent, as wide at each end as that end sent</li>
</ul>`;

function tiles(summary: PictureSummary): string {
  const { graph, traffic, changes, phases, check } = summary;
  // Not the sum over partitions, in which an undirected edge stands twice.
  const cross = summary.strategies.find(({ name }) => name === summary.strategy)?.crossEdges ?? 0;
  const messages = traffic.reduce((sum, flow) => sum + flow.messages, 0);
  const bytes = traffic.reduce((sum, flow) => sum + flow.bytes, 0);
  const milliseconds = phases.reduce((sum, phase) => sum + phase.milliseconds, 0);
  const agrees = check.largestDifference <= check.allowed;
  const verdict = agrees ? `<span class="good">✓ equal</span>` : `<span class="bad">✕ differs</span>`;
  return `<dl class="tiles">
${tile("Nodes", formatCount(graph.nodes), "")}
${tile("Edges", formatCount(graph.edges), `${formatShare(cross, graph.edges)} cross partitions (${escapeText(shorten(summary.strategy, 24))})`)}
${tile("Supersteps", formatCount(changes.length), changes.length === 0 ? "" : `last change ${formatSmall(changes.at(-1)!)}`)}
${tile("Messages", formatCount(messages), "between partitions")}
${tile("Bytes", formatBytes(bytes), messages === 0 ? "" : `${formatBytes(bytes / messages)} a message`)}
${tile("Time", formatDuration(milliseconds), "all phases")}
${tile("Against one process", verdict, `at most ${formatSmall(check.largestDifference)} apart, allowed ${formatSmall(check.allowed)}`)}
</dl>`;
}

/** Both texts are markup. */
function tile(term: string, value: string, detail: string): string {
  return `<div><dt>${term}</dt><dd>${value}${detail === "" ? "" : `<small>${detail}</small>`}</dd></div>`;
}
