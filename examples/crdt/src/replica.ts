import type { Distribution, Value } from "@graphoid/distribution";
import type { Crdt } from "./crdt.ts";

/** One copy of a replicated value. It tells others its whole state now and then, and merges theirs. */
export class Replica<State extends Value> {
  readonly #distribution: Distribution;
  readonly #crdt: Crdt<State>;
  state: State;

  /** Others reach it as `replica` at this host. */
  constructor(distribution: Distribution, crdt: Crdt<State>) {
    this.#distribution = distribution;
    this.#crdt = crdt;
    this.state = crdt.empty;
    distribution.remote.expose("replica", { tell: (state: State) => this.merge(state) });
  }

  /** Changes the copy here; the others hear of it later. */
  change(how: (state: State) => State): void {
    this.state = how(this.state);
  }

  merge(state: State): void {
    this.state = this.#crdt.merge(this.state, state);
  }

  /** Sends the state to another replica. Whether it arrives, nobody knows: it will be told again. */
  tell(host: string): Promise<void> {
    return this.#distribution.remote.ref({ id: "replica", location: host }).send("tell", this.state);
  }

  /** Equal for equal states, whatever happened on the way to them, in every program. */
  digest(): string {
    return Buffer.from(this.#distribution.serialize.toBytes(this.state, { canonical: true })).toString("base64");
  }
}
