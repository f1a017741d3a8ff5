import type { TraceStep, TraceView } from "../src/inspector/messages.ts";
import { shown } from "./look.ts";
import type { MapView } from "./map-view.ts";

/** How long a replay takes, whatever the trace took. */
const REPLAY_MS = 4000;
/** A call that took no time can be seen nevertheless. */
const MIN_STEP_MS = 500;

/** Shows the calls of a trace as dots that travel over the map: there, and back with the answer. */
export class Replay {
  readonly #map: MapView;
  readonly #canvas: HTMLCanvasElement;
  #trace: TraceView | undefined;
  #startedAt = 0;
  #frame = 0;

  constructor(map: MapView, canvas: HTMLCanvasElement) {
    this.#map = map;
    this.#canvas = canvas;
  }

  /** The trace that is being replayed. */
  get running(): string | undefined {
    return this.#trace?.id;
  }

  start(trace: TraceView): void {
    this.#trace = trace;
    this.#startedAt = performance.now();
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame((now) => this.#draw(now));
  }

  #draw(now: number): void {
    const trace = this.#trace;
    const canvas = this.#canvas;
    const context = canvas.getContext("2d");
    if (trace === undefined || context === null) return;
    const ratio = devicePixelRatio;
    const [width, height] = [Math.round(canvas.clientWidth * ratio), Math.round(canvas.clientHeight * ratio)];
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    const elapsed = now - this.#startedAt;
    const length = Math.max(1, ...trace.steps.map((step) => step.startMs + (step.durationMs ?? 0)));
    let isOver = true;
    for (const step of trace.steps) {
      const from = (step.startMs / length) * REPLAY_MS;
      const takes = Math.max(MIN_STEP_MS, ((step.durationMs ?? length) / length) * REPLAY_MS);
      const done = (elapsed - from) / takes;
      if (done < 1) isOver = false;
      if (done >= 0 && done <= 1) this.#dot(context, step, done);
    }
    if (isOver) {
      this.#trace = undefined;
      context.clearRect(0, 0, width, height);
    } else {
      this.#frame = requestAnimationFrame((next) => this.#draw(next));
    }
  }

  /** A call is on its way there in the first third of its time, and its answer on the way back in the last. */
  #dot(context: CanvasRenderingContext2D, step: TraceStep, done: number): void {
    const [from, to] = [this.#map.placeOf(step.from), this.#map.placeOf(step.to)];
    if (!from || !to) return;
    const [a, b] = [this.#map.sigma.graphToViewport(from), this.#map.sigma.graphToViewport(to)];
    const along = done < 1 / 3 ? done * 3 : done < 2 / 3 || step.durationMs === 0 ? 1 : (1 - done) * 3;
    const isError = step.status === "error" && done >= 2 / 3;
    const colour = isError ? "#cf222e" : "#1f6feb";
    const [x, y] = [a.x + (b.x - a.x) * along, a.y + (b.y - a.y) * along];
    context.strokeStyle = colour;
    context.lineWidth = 3;
    context.globalAlpha = 0.35;
    context.beginPath();
    context.moveTo(a.x, a.y);
    context.lineTo(b.x, b.y);
    context.stroke();
    context.globalAlpha = 1;
    context.fillStyle = colour;
    context.beginPath();
    context.arc(x, y, 7, 0, 2 * Math.PI);
    context.fill();
    context.font = "13px system-ui, sans-serif";
    context.fillText(isError ? `${shown(step.name)} failed` : shown(step.name), x + 10, y - 8);
  }
}
