import { checkOneOf, checkOptions, invalidArgument, type RouterGuarantees } from "@graphoid/core";
import { UnmetGuaranteeError } from "./errors.ts";

const ORDERS = ["sender", "none"] as const;
const DELIVERIES = ["at-most-once", "at-least-once"] as const;

/**
 * What a program needs of the router that it uses; see {@link RouterGuarantees}.
 * A router that does not declare a guarantee does not promise it.
 */
export interface RouterRequirements {
  /** `"sender"` needs a router that keeps the order; `"none"` is content with any. Default: any. */
  readonly order?: RouterGuarantees["order"];
  /** The router must promise exactly this. Default: any. */
  readonly delivery?: RouterGuarantees["delivery"];
  /** The router must take encoded envelopes of this many bytes. Default: any. */
  readonly maxMessageBytes?: number;
}

/** Throws `InvalidArgumentError` unless `value` has the shape of guarantees or requirements. */
export function checkGuarantees(call: string, value: RouterRequirements): void {
  checkOptions(call, value, ["order", "delivery", "maxMessageBytes"]);
  if (value.order !== undefined) checkOneOf(call, "order", value.order, ORDERS);
  if (value.delivery !== undefined) checkOneOf(call, "delivery", value.delivery, DELIVERIES);
  const bytes: unknown = value.maxMessageBytes;
  if (bytes !== undefined && !(typeof bytes === "number" && bytes >= 0)) {
    throw invalidArgument(call, "maxMessageBytes", "a number of bytes >= 0", bytes);
  }
}

/** Throws {@link UnmetGuaranteeError} unless a router with these `guarantees` meets all `requirements`. */
export function checkMet(router: string, requirements: RouterRequirements, guarantees: RouterRequirements): void {
  const { order, delivery, maxMessageBytes } = requirements;
  if (order === "sender" && guarantees.order !== "sender") {
    throw unmet(router, "order", order, guarantees.order);
  }
  if (delivery !== undefined && guarantees.delivery !== delivery) {
    throw unmet(router, "delivery", delivery, guarantees.delivery);
  }
  if (maxMessageBytes !== undefined && !((guarantees.maxMessageBytes ?? -1) >= maxMessageBytes)) {
    throw unmet(router, "maxMessageBytes", maxMessageBytes, guarantees.maxMessageBytes);
  }
}

function unmet(
  router: string,
  guarantee: string,
  required: string | number,
  offered: string | number | undefined,
): UnmetGuaranteeError {
  const offer = offered === undefined ? "promises nothing about it" : `promises ${JSON.stringify(offered)}`;
  return new UnmetGuaranteeError(
    `routing.use: router ${JSON.stringify(router)} must promise \`${guarantee}\` ${JSON.stringify(required)} and ${offer}`,
    { details: { router, guarantee, required, offered } },
  );
}
