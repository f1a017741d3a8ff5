import type { Clock, Timer } from "@graphoid/core";
import { type Msg, type NatsConnection, RequestError } from "@nats-io/transport-node";
import type { FrameHead } from "./frame.ts";
import type { OpenCalls, Place } from "./open-calls.ts";
import type { Subjects } from "./subjects.ts";

/** Options of {@link Liveness}. */
export interface LivenessOptions {
  readonly connection: NatsConnection;
  readonly subjects: Subjects;
  /** Who this host is now. */
  readonly self: () => Omit<FrameHead, "replyTo">;
  readonly calls: OpenCalls;
  readonly probeMs: number;
  readonly failAfterMs: number;
  readonly clock: Clock;
  /** Told of a place that calls wait for and that is not there any longer. */
  readonly onLost: (place: Place, why: string) => void;
  /** Told who answered. */
  readonly onMet: (head: Omit<FrameHead, "replyTo">) => void;
  /** Told of calls to a place that it knows nothing of, and of those served for it that it does not wait for. */
  readonly onUnknown: (place: Place, open: readonly number[], served: readonly number[]) => void;
}

/** What one host asks another: which of the calls that it waits for, and of those that it serves, the other knows. */
interface Question {
  readonly from: string;
  readonly open: readonly number[];
  readonly served: readonly number[];
}

/** Who answers, and the calls that it does not know. */
interface Answer extends Question {
  readonly incarnation: string;
  readonly epoch: number;
}

/** One question is about at most so many calls each way; the next ones are about those that follow. */
const MAX_ASKED = 500;
const LATE = 1.1;
const encoder = new TextEncoder();

/**
 * Asks the hosts that calls wait for whether they are there, and whether they know of the calls. NATS tells at once when
 * nobody subscribes to a subject. A question follows the calls that it is about on the same way: a host that does not know of
 * one will never answer it, be it that the call was lost or that the answer was.
 */
export class Liveness {
  readonly #options: LivenessOptions;
  #timer: Timer | undefined;

  constructor(options: LivenessOptions) {
    this.#options = options;
  }

  /** Answers those who ask. */
  answer(message: Msg): void {
    const { calls, self } = this.#options;
    const question = questionOf(message);
    if (question === undefined) return;
    const place = calls.known(question.from);
    const waits = new Set(Array.from(place?.open ?? [], ({ id }) => id));
    const { identity, incarnation, epoch } = self();
    const answer: Answer = {
      from: identity,
      incarnation,
      epoch,
      open: question.open.filter((id) => !place?.served.has(id)),
      served: question.served.filter((id) => !waits.has(id)),
    };
    message.respond(encoder.encode(JSON.stringify(answer)));
  }

  /** Begins to ask, as calls are waited for. */
  watch(): void {
    this.#timer ??= this.#options.clock.after(this.#options.probeMs, () => {
      const waited = this.#options.calls.waited();
      this.#timer = undefined;
      if (waited.length === 0) return;
      for (const place of waited) void this.#probe(place);
      this.watch();
    });
  }

  /** Asks who serves a location. That nobody does, its calls are told in another way. */
  async ask(location: string): Promise<void> {
    const { connection, subjects, failAfterMs, self, onMet } = this.#options;
    const bytes = encoder.encode(JSON.stringify({ from: self().identity, open: [], served: [] } satisfies Question));
    const message = await connection
      .request(subjects.probe(location), bytes, { timeout: failAfterMs })
      .catch(() => undefined);
    const answer = message && answerOf(message);
    if (answer?.from === location) onMet({ identity: location, incarnation: answer.incarnation, epoch: answer.epoch });
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  async #probe(place: Place): Promise<void> {
    const { connection, subjects, failAfterMs, clock, self, onLost, onMet, onUnknown } = this.#options;
    const asked = clock.now();
    const question: Question = {
      from: self().identity,
      open: someOf(place.open, place.asked, ({ id }) => id),
      served: someOf(place.served.keys(), place.asked, (id) => id),
    };
    const last = place.asked + MAX_ASKED >= Math.max(place.open.size, place.served.size);
    place.asked = last ? 0 : place.asked + MAX_ASKED;
    const bytes = encoder.encode(JSON.stringify(question));
    let message: Msg;
    try {
      message = await connection.request(subjects.probe(place.name), bytes, { timeout: failAfterMs });
    } catch (error) {
      if (connection.isClosed()) return;
      if (error instanceof RequestError && error.isNoResponders()) return onLost(place, "nobody is there");
      // A timer that fires late tells that this process was held up: what came meanwhile is yet to be read.
      if (clock.now() - asked > LATE * failAfterMs) return;
      place.silentSince ??= asked;
      if (clock.now() - place.silentSince >= failAfterMs) onLost(place, `no answer for ${failAfterMs} ms`);
      return;
    }
    place.silentSince = undefined;
    const answer = answerOf(message);
    if (answer === undefined) return;
    if (answer.from !== place.name) {
      // Of a location that many serve, each answers for itself only. But whoever takes a call says so when it comes.
      const lost = [...place.open].filter(({ since }) => asked - since >= failAfterMs);
      onUnknown(
        place,
        lost.map(({ id }) => id),
        [],
      );
      return;
    }
    onMet({ identity: answer.from, incarnation: answer.incarnation, epoch: answer.epoch });
    onUnknown(place, answer.open, answer.served);
  }
}

/** The ids of the items from that one on, as many as may be asked about. */
function someOf<T>(items: Iterable<T>, from: number, idOf: (item: T) => number): number[] {
  const ids: number[] = [];
  let at = 0;
  for (const item of items) {
    if (ids.length === MAX_ASKED) break;
    if (at++ >= from) ids.push(idOf(item));
  }
  return ids;
}

function questionOf(message: Msg): Question | undefined {
  try {
    const question = message.json<Question>();
    const isQuestion =
      typeof question.from === "string" && Array.isArray(question.open) && Array.isArray(question.served);
    return isQuestion ? question : undefined;
  } catch {
    return undefined;
  }
}

function answerOf(message: Msg): Answer | undefined {
  const answer = questionOf(message) as Answer | undefined;
  return typeof answer?.incarnation === "string" && typeof answer.epoch === "number" ? answer : undefined;
}
