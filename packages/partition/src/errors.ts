import { GraphoidError, type GraphoidErrorOptions } from "@graphoid/core";

/**
 * A strategy failed to place a node: it threw, returned something that is no partition id, or named a partition that
 * it does not have. `details.strategy` and `details.nodeId` say which and where; `cause` is what it threw.
 */
export class StrategyError extends GraphoidError {
  constructor(message: string, options?: GraphoidErrorOptions) {
    super("STRATEGY", message, options);
  }
}
