import type { Distribution, Ref } from "@graphoid/distribution";
import { type Inspector, type LinkReport, serveInspector } from "@graphoid/distribution/inspector";
import { workerName } from "./protocol.ts";

/** How often workers are asked for their traffic. */
const ASK_MS = 500;

/** What one partition looks like from outside. */
interface PartitionFacts {
  readonly nodes: number;
  readonly innerEdges: number;
  readonly crossEdges: number;
}

/** The inspector of a run: the coordinator's view, and what the workers tell of the connections between them. */
export class Inspection {
  readonly #distribution: Distribution;
  readonly #inspector: Inspector;
  readonly #links: Map<string, readonly LinkReport[]>;
  #timer: NodeJS.Timeout | undefined;

  private constructor(distribution: Distribution, inspector: Inspector, links: Map<string, readonly LinkReport[]>) {
    this.#distribution = distribution;
    this.#inspector = inspector;
    this.#links = links;
  }

  static async open(distribution: Distribution): Promise<Inspection> {
    const links = new Map<string, readonly LinkReport[]>();
    const inspector = await serveInspector({ distribution, links: () => [...links.values()].flat() });
    return new Inspection(distribution, inspector, links);
  }

  get url(): string {
    return this.#inspector.url;
  }

  /** Shows which worker holds what. */
  showPartitions(strategy: string, parts: readonly PartitionFacts[]): void {
    const partitions = parts.map(({ nodes, innerEdges, crossEdges }, id) => {
      return { id, nodes, edges: innerEdges, cutEdges: crossEdges, host: workerName(id) };
    });
    this.#distribution.universe.reportPartitions({ strategy, partitions });
  }

  /** Asks the workers for their traffic from now on. */
  follow(workers: readonly Ref[]): void {
    this.#timer ??= setInterval(() => {
      for (const worker of workers) {
        worker.request("traffic", null, { timeoutMs: ASK_MS }).then(
          (reports) => this.#links.set(String(worker.location()), reports as unknown as LinkReport[]),
          () => {}, // It is busy, or gone, which the page shows by itself.
        );
      }
    }, ASK_MS);
  }

  /** A step of the work as a trace, which the page can replay. */
  traced<T>(step: () => Promise<T>): Promise<T> {
    return this.#distribution.context.create({ trace: true }).run(step);
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#inspector.close();
  }
}
