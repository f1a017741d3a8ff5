import { coordinate as at, formatSmall, superscript } from "./markup.ts";

const WIDTH = 560;
const HEIGHT = 300;
const LEFT = 52;
const RIGHT = 14;
const TOP = 16;
const BOTTOM = 38;
const MAX_TICKS = 7;
/** With more points than this, the dots would run into each other. */
const MAX_DOTS = 80;

/** The change of each superstep on a logarithmic scale, and the tolerance at which the run ends. */
export function convergenceChart(changes: readonly number[], tolerance: number): string {
  const positive = [...changes, tolerance].filter((value) => value > 0 && Number.isFinite(value));
  if (changes.length === 0 || positive.length === 0) return `<p class="note">No superstep was needed.</p>`;
  const low = Math.floor(Math.log10(Math.min(...positive)));
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(...positive))));
  const x = (superstep: number): number =>
    changes.length === 1
      ? (LEFT + WIDTH - RIGHT) / 2
      : LEFT + ((superstep - 1) / (changes.length - 1)) * (WIDTH - LEFT - RIGHT);
  // A change of exactly 0 has no logarithm: it stands on the axis.
  const y = (value: number): number => {
    const exponent = value > 0 ? Math.min(high, Math.max(low, Math.log10(value))) : low;
    return TOP + ((high - exponent) / (high - low)) * (HEIGHT - TOP - BOTTOM);
  };
  const points = changes.map((change, i) => [x(i + 1), y(change)] as const);
  const line = points.map(([px, py], i) => `${i === 0 ? "M" : "L"}${at(px)} ${at(py)}`).join("");
  const area = `${line}L${at(x(changes.length))} ${HEIGHT - BOTTOM}L${at(x(1))} ${HEIGHT - BOTTOM}Z`;
  const dots = points.map(
    ([px, py], i) =>
      `<circle cx="${at(px)}" cy="${at(py)}" r="3"><title>Superstep ${i + 1}: ${formatSmall(changes[i]!)}</title></circle>`,
  );
  const toleranceY = at(y(tolerance));
  const last = formatSmall(changes.at(-1)!);
  return `<svg class="chart" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-labelledby="convergence-title convergence-description">
<title id="convergence-title">Change of all ranks in each superstep</title>
<desc id="convergence-description">After ${changes.length} supersteps the change was ${last}; the tolerance is ${formatSmall(tolerance)}.</desc>
${decades(low, high)
  .map((exponent) => gridLine(exponent, y(10 ** exponent)))
  .join("")}
${superstepTicks(changes.length)
  .map((step) => `<text x="${at(x(step))}" y="${HEIGHT - BOTTOM + 17}" text-anchor="middle">${step}</text>`)
  .join("")}
<text x="${(LEFT + WIDTH - RIGHT) / 2}" y="${HEIGHT - 4}" text-anchor="middle">superstep</text>
<path class="area" d="${area}"/>
<path class="limit" d="M${LEFT} ${toleranceY}H${WIDTH - RIGHT}"/>
<text class="limit-label" x="${LEFT + 6}" y="${at(y(tolerance) - 6)}">tolerance ${formatSmall(tolerance)}</text>
<path class="line" d="${line}"/>
<g class="dots">${changes.length <= MAX_DOTS ? dots.join("") : dots.at(-1)!}</g>
</svg>`;
}

function gridLine(exponent: number, y: number): string {
  return `<path class="grid" d="M${LEFT} ${at(y)}H${WIDTH - RIGHT}"/><text x="${LEFT - 8}" y="${at(y + 4)}" text-anchor="end">10${superscript(exponent)}</text>`;
}

function decades(low: number, high: number): readonly number[] {
  const step = Math.ceil((high - low) / (MAX_TICKS - 1));
  const ticks: number[] = [];
  for (let exponent = high; exponent >= low; exponent -= step) ticks.push(exponent);
  return ticks;
}

function superstepTicks(count: number): readonly number[] {
  if (count === 1) return [1];
  const step = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000].find((each) => count / each <= 12) ?? Math.ceil(count / 12);
  const ticks = [1];
  for (let tick = step; tick <= count; tick += step)
    if (tick > 1 && (tick - 1 >= step / 2 || step === 1)) ticks.push(tick);
  return ticks;
}
