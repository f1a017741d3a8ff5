import { GraphoidError, type GraphoidErrorOptions } from "@graphoid/core";

/**
 * A text is not what its format asks for. `details.format` names the format, `details.line` and, for XML,
 * `details.column` say where, from 1.
 */
export class GraphFormatError extends GraphoidError {
  constructor(message: string, options?: GraphoidErrorOptions) {
    super("GRAPH_FORMAT", message, options);
  }
}

/**
 * A text or a graph is in order and holds what a graph of ours cannot, such as directed and undirected edges side by
 * side. The message names the option that reads it all the same, if there is one. `details.feature` says what it is,
 * `details.line` where, if it came from a text.
 */
export class UnsupportedGraphError extends GraphoidError {
  constructor(message: string, options?: GraphoidErrorOptions) {
    super("UNSUPPORTED_GRAPH", message, options);
  }
}

/** Reading would go past a limit. `details.limit` is the name of the option that sets it, `details.value` its value. */
export class InputLimitError extends GraphoidError {
  constructor(message: string, options?: GraphoidErrorOptions) {
    super("INPUT_LIMIT", message, options);
  }
}
