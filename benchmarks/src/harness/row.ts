import type { Unit } from "./workload.ts";

/** One comparison with one peer, as `--json` writes it. */
export interface Row {
  readonly area: string;
  readonly name: string;
  readonly unit: Unit;
  /** Median of our samples. */
  readonly ours: number;
  readonly peer: string;
  readonly peerVersion: string;
  /** Median of the peer's samples; `null` when the peer could not finish, and `note` says why. */
  readonly peerValue: number | null;
  /** Above 1 we are better, whichever direction the unit prefers. */
  readonly ratio: number | null;
  /** The ratio asked for, where one is. */
  readonly target: number | null;
  /** Whether `ratio` reaches `target`; `null` without a target. A peer that could not finish meets any target. */
  readonly met: boolean | null;
  /** The same in CPU time of the whole process (user and system, all threads), for units of time; else `null`. */
  readonly oursCpu: number | null;
  readonly peerCpu: number | null;
  readonly cpuRatio: number | null;
  /** Number of samples on each side. */
  readonly rounds: number;
  /** Smallest and largest sample. */
  readonly oursRange: readonly [number, number];
  readonly peerRange: readonly [number, number] | null;
  readonly note?: string;
}

/** What one contender's process reported about one run of one measure. */
export interface Sample {
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly operations: number;
  readonly quantities: { readonly [name: string]: number };
}

/** All samples of one contender, or the reason why there are none. */
export interface Samples {
  readonly version: string;
  readonly samples: readonly Sample[];
  readonly failure?: string;
}

/** The middle value; of an even number of values, the mean of the middle two. */
export function median(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError("median: expected at least one value");
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Whether a smaller value is better. */
function lowerIsBetter(unit: Unit): boolean {
  return unit === "ms" || unit === "ns/op" || unit === "MB" || unit === "bytes";
}

/** How many times better ours is than theirs: above 1 in our favour, whatever the unit. */
export function ratioOf(unit: Unit, ours: number, theirs: number): number {
  return lowerIsBetter(unit) ? theirs / ours : ours / theirs;
}

/** A time in the row's unit. All units but three are of quantities that a contender records, not of times. */
export function timeIn(unit: Unit, milliseconds: number, operations: number): number {
  switch (unit) {
    case "ms":
      return milliseconds;
    case "ns/op":
      return (milliseconds * 1e6) / operations;
    case "ops/s":
      return (operations * 1e3) / milliseconds;
    default:
      throw new RangeError(`a time cannot be stated in ${unit}`);
  }
}

function range(values: readonly number[]): readonly [number, number] {
  return [Math.min(...values), Math.max(...values)];
}

export interface RowInput {
  readonly area: string;
  readonly name: string;
  readonly unit: Unit;
  /** `"time"`, or the name of a recorded quantity. */
  readonly quantity: string;
  readonly target: number | undefined;
  readonly ours: Samples;
  readonly peer: string;
  readonly theirs: Samples;
}

/** Turns the samples of both sides into a row. Ours must have samples. */
export function makeRow(input: RowInput): Row {
  const { unit, quantity, theirs } = input;
  const isTime = quantity === "time";
  const reported = (sample: Sample): number => {
    if (isTime) return timeIn(unit, sample.wallMs, sample.operations);
    const value = sample.quantities[quantity];
    if (value === undefined) throw new Error(`${input.area}: ${input.name}: a contender did not record "${quantity}"`);
    return value;
  };
  const cpuOf = (sample: Sample): number => timeIn(unit, sample.cpuMs, sample.operations);

  const oursValues = input.ours.samples.map(reported);
  const ours = median(oursValues);
  const oursCpu = isTime ? median(input.ours.samples.map(cpuOf)) : null;
  const finished = theirs.failure === undefined && theirs.samples.length > 0;
  const peerValues = finished ? theirs.samples.map(reported) : [];
  const peerValue = finished ? median(peerValues) : null;
  const peerCpu = finished && isTime ? median(theirs.samples.map(cpuOf)) : null;
  const ratio = peerValue === null ? null : ratioOf(unit, ours, peerValue);
  const target = input.target ?? null;
  return {
    area: input.area,
    name: input.name,
    unit,
    ours,
    peer: input.peer,
    peerVersion: theirs.version,
    peerValue,
    ratio,
    target,
    met: target === null ? null : ratio === null || ratio >= target,
    oursCpu,
    peerCpu,
    cpuRatio: oursCpu === null || peerCpu === null ? null : ratioOf(unit, oursCpu, peerCpu),
    rounds: oursValues.length,
    oursRange: range(oursValues),
    peerRange: finished ? range(peerValues) : null,
    ...(finished ? {} : { note: theirs.failure ?? "not measured" }),
  };
}
