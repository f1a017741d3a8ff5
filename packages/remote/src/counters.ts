/** What a remote counts, from its start. */
export interface Counters {
  /** Calls made from here, of each kind. */
  sends: number;
  requests: number;
  streams: number;
  /** Calls that arrived here and were given to a handler. */
  served: number;
  /** Answers that nobody waited for: late, repeated, or forged. They were ignored. */
  lateAnswers: number;
  /** Calls that arrived again while the first was still being served. They were ignored. */
  duplicateCalls: number;
  /** Calls whose deadline had passed when they arrived. Their handler was not run. */
  expiredCalls: number;
  /** Things that routers delivered and that are not envelopes, or ask for an answer and say no way back. */
  malformed: number;
  /** Answers that could not be sent by any way. */
  unanswered: number;
  /** Sends that came to nothing: no such target, not allowed, or their handler failed. */
  failedSends: number;
}

export function newCounters(): Counters {
  return {
    sends: 0,
    requests: 0,
    streams: 0,
    served: 0,
    lateAnswers: 0,
    duplicateCalls: 0,
    expiredCalls: 0,
    malformed: 0,
    unanswered: 0,
    failedSends: 0,
  };
}
