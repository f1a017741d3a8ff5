import { GraphoidError, type GraphoidErrorOptions } from "@graphoid/core";

/** The bytes end before the value does. */
export class TruncatedError extends GraphoidError {
  constructor(message: string, options?: GraphoidErrorOptions) {
    super("TRUNCATED", message, options);
  }
}

/** Bytes follow the end of the value. */
export class TrailingDataError extends GraphoidError {
  constructor(message: string, options?: GraphoidErrorOptions) {
    super("TRAILING_DATA", message, options);
  }
}

/** The bytes or the text do not follow the format. `details.offset` says where, in bytes, when it is known. */
export class FormatError extends GraphoidError {
  constructor(message: string, options?: GraphoidErrorOptions) {
    super("FORMAT", message, options);
  }
}

/** The bytes are of a newer version of the format. `details` has `found` and `supported`. */
export class VersionError extends GraphoidError {
  constructor(message: string, options?: GraphoidErrorOptions) {
    super("VERSION", message, options);
  }
}

/** A registered class could not be encoded or decoded. `details.tag` names it; `cause` is what its codec threw. */
export class CodecError extends GraphoidError {
  constructor(message: string, options?: GraphoidErrorOptions) {
    super("CODEC", message, options);
  }
}

/** A chunk of a stream is missing, repeated or out of order. `details` has `expected` and `found`. */
export class SequenceError extends GraphoidError {
  constructor(message: string, options?: GraphoidErrorOptions) {
    super("SEQUENCE", message, options);
  }
}

/** A chunk of a stream is not what was sent. */
export class ChecksumError extends GraphoidError {
  constructor(message: string, options?: GraphoidErrorOptions) {
    super("CHECKSUM", message, options);
  }
}

/** Decoding would need more than a limit allows. `details` has the name of the limit and its value. */
export class LimitError extends GraphoidError {
  constructor(message: string, options?: GraphoidErrorOptions) {
    super("LIMIT", message, options);
  }
}
