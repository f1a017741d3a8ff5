export {
  checkBoolean,
  checkFunction,
  checkInteger,
  checkNumber,
  checkOneOf,
  checkOptions,
  checkString,
  describe,
  invalidArgument,
} from "./arguments.ts";
export type { CallContext, CallSpan, ContextSource, ReceivedCall } from "./call-context.ts";
export { type Clock, ManualClock, systemClock, type Timer } from "./clock.ts";
export { cloneValue } from "./clone-value.ts";
export { type CodeArray, Codes } from "./codes.ts";
export type { AdjacencyColumns } from "./compressed-rows.ts";
export type { Envelope, EnvelopeHeaders, EnvelopeKind } from "./envelope.ts";
export { equals } from "./equals.ts";
export * from "./errors.ts";
export { Graph } from "./graph.ts";
export type { EdgeInit, NodeInit } from "./graph-bulk.ts";
export type { GraphColumns, GraphColumnsInit } from "./graph-columns.ts";
export type {
  Direction,
  EdgeAttributes,
  EdgeRecord,
  GraphOptions,
  GraphType,
  NeighborOptions,
  NodeOptions,
  NodeRecord,
} from "./graph-types.ts";
export { hash, hashBytes, mix32 } from "./hash.ts";
export { hashValue } from "./hash-value.ts";
export {
  type BulkOperation,
  type Handled,
  handled,
  type Interception,
  type Interceptor,
  type Operation,
  type Redirect,
  redirect,
} from "./interception.ts";
export { interceptAll } from "./interceptors.ts";
export { isGraph, type KindName, kindOf, typedArrayName, type ValueCodec, valueCodec } from "./kind.ts";
export { Matches } from "./matches.ts";
export { checkBulkOperation, checkOperation } from "./operation.ts";
export type { PartitionId, PartitionStrategy } from "./partition-strategy.ts";
export {
  type Condition,
  checkQuery,
  type EdgePattern,
  edge,
  type NodePattern,
  node,
  type Operator,
  type Query,
  type QueryRow,
} from "./query.ts";
export { type CallOptions, isRef, type Ref, type RefData, refBrand } from "./ref.ts";
export { type Registration, registration } from "./registration.ts";
export type { Deliver, EnvelopeSource, PeerReport, Router, RouterGuarantees, RouterHost } from "./router.ts";
export type { StringColumn } from "./string-column.ts";
export { StringTable } from "./string-table.ts";
export { Expiring, type TimerWheel, timerWheel } from "./timer-wheel.ts";
export { isWellFormed, writeUtf8 } from "./utf8.ts";
export { ValueColumn, type ValueColumnData } from "./value-column.ts";
export type { PlainRecord, TypedArray, Value } from "./values.ts";
