import type { Envelope, EnvelopeSource, Ref } from "@graphoid/core";

/** Sees the envelopes of a distribution go by. It must not throw. */
export interface EnvelopeWatcher {
  /** An envelope is on its way to the active router. */
  sent(ref: Ref, envelope: Envelope): void;
  /** One arrived. Returns the source that the receiver is to see, so that answers can be watched too. */
  arrived(envelope: Envelope, source: EnvelopeSource): EnvelopeSource;
}

/** Where a watcher can be put. */
export interface EnvelopeTap {
  watcher: EnvelopeWatcher | undefined;
}

/** The tap of each distribution: for modules of this package, not for everyone. */
export const taps: WeakMap<object, EnvelopeTap> = new WeakMap();
