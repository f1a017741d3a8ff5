import { checkBoolean, checkOneOf, invalidArgument, type RouterGuarantees } from "@graphoid/core";
import { checkText } from "./peer-event.ts";

/** A router of this host, as it is reported. `routing.list()` returns such records. */
export interface RouterReport {
  readonly name: string;
  /** Whether it is in use. */
  readonly active: boolean;
  /** What it promises. Default: nothing. */
  readonly guarantees?: Partial<RouterGuarantees>;
}

/** A router at one moment. Frozen. */
export interface RouterSnapshot {
  readonly name: string;
  readonly active: boolean;
  readonly guarantees: Readonly<Partial<RouterGuarantees>>;
}

/** @throws InvalidArgumentError unless `reports` are routers with different names. */
export function routerSnapshots(call: string, reports: Iterable<RouterReport>): readonly RouterSnapshot[] {
  const snapshots = new Map<string, RouterSnapshot>();
  if (typeof reports !== "object" || reports === null || !(Symbol.iterator in reports)) {
    throw invalidArgument(call, "routers", "a list of routers", reports);
  }
  for (const report of reports) {
    if (typeof report !== "object" || report === null)
      throw invalidArgument(call, "routers", "a list of routers", report);
    const { name, active, guarantees = {} } = report;
    checkText(call, "routers.name", name);
    checkBoolean(call, "routers.active", active);
    if (snapshots.has(name)) throw invalidArgument(call, "routers.name", "a name that no other router has", name);
    snapshots.set(name, Object.freeze({ name, active, guarantees: Object.freeze(promised(call, guarantees)) }));
  }
  return Object.freeze([...snapshots.values()]);
}

function promised(call: string, guarantees: Partial<RouterGuarantees>): Partial<RouterGuarantees> {
  if (typeof guarantees !== "object" || guarantees === null) {
    throw invalidArgument(call, "routers.guarantees", "an object", guarantees);
  }
  const { order, delivery, maxMessageBytes } = guarantees;
  if (order !== undefined) checkOneOf(call, "routers.guarantees.order", order, ["sender", "none"]);
  if (delivery !== undefined) {
    checkOneOf(call, "routers.guarantees.delivery", delivery, ["at-most-once", "at-least-once"]);
  }
  if (maxMessageBytes !== undefined && !(maxMessageBytes >= 0)) {
    throw invalidArgument(call, "routers.guarantees.maxMessageBytes", "a number >= 0", maxMessageBytes);
  }
  return {
    ...(order === undefined ? {} : { order }),
    ...(delivery === undefined ? {} : { delivery }),
    ...(maxMessageBytes === undefined ? {} : { maxMessageBytes }),
  };
}
