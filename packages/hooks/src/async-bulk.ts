import { type BulkOperation, type CallOptions, GraphoidError, isRef, type Value } from "@graphoid/core";
import { type BulkAnswer, type BulkPart, BulkParts, pick } from "./bulk-parts.ts";
import { BulkIncompleteError, HookResultError } from "./errors.ts";

/** More hosts than these do not pass elements on to each other, except in a circle. */
const MAX_HOPS = 8;

interface Failure {
  readonly part: BulkPart;
  readonly error: unknown;
}

/**
 * Sends the parts of a bulk operation to where they belong, one request to each, and what hosts pass on to where that
 * belongs. Waits for all of them.
 *
 * @param here - What was done here, and what belongs elsewhere.
 * @param optionsNow - Options of the requests that are sent now; throws when the time is up.
 * @returns How many elements are new, here and there.
 * @throws BulkIncompleteError when a part was refused or may not have arrived.
 */
export async function sendParts(
  operation: BulkOperation,
  here: BulkAnswer,
  optionsNow: () => CallOptions,
): Promise<number> {
  const failures: Failure[] = [];
  let { added, redirected: pending } = here;
  for (let hop = 0; pending.length > 0; hop++) {
    const next = new BulkParts();
    await Promise.all(
      pending.map(async (part) => {
        try {
          if (hop === MAX_HOPS) throw inACircle(operation, part);
          const answer = await part.to.request(
            operation.kind,
            pick(operation, part.items) as unknown as Value,
            optionsNow(),
          );
          checkAnswer(operation, part, answer);
          added += answer.added;
          for (const { to, items } of answer.redirected)
            for (const item of items) next.add(to, part.items[item] as number);
        } catch (error) {
          failures.push({ part, error });
        }
      }),
    );
    pending = next.all();
  }
  if (failures.length > 0) throw incomplete(operation, added, failures);
  return added;
}

function checkAnswer(operation: BulkOperation, { to, items }: BulkPart, answer: unknown): asserts answer is BulkAnswer {
  const { added, redirected } = (typeof answer === "object" && answer !== null ? answer : {}) as Partial<BulkAnswer>;
  const isItem = (item: unknown): boolean =>
    Number.isInteger(item) && (item as number) >= 0 && (item as number) < items.length;
  const isPart = (part: BulkPart | null): boolean =>
    isRef(part?.to) && Array.isArray(part?.items) && part.items.every(isItem);
  if (Number.isInteger(added) && Array.isArray(redirected) && redirected.every(isPart)) return;
  throw new HookResultError(
    `asyncGraph: ${JSON.stringify(to.id)} must answer \`${operation.kind}\` as graphHandler does`,
    {
      details: { operation: operation.kind },
    },
  );
}

function inACircle({ kind }: BulkOperation, { to }: BulkPart): GraphoidError {
  const message = `asyncGraph: \`${kind}\` was redirected more than ${MAX_HOPS} times, at last to ${JSON.stringify(to.id)}`;
  return new GraphoidError("REDIRECT_LIMIT", message, { details: { limit: MAX_HOPS } });
}

function incomplete({ kind }: BulkOperation, added: number, failures: readonly Failure[]): BulkIncompleteError {
  const failed = failures.map(({ part: { to, items }, error }) => ({
    to: to.id,
    location: to.location(),
    items,
    error,
  }));
  const [first] = failed;
  const count = failed.reduce((sum, { items }) => sum + items.length, 0);
  const message = `asyncGraph: ${count} elements of \`${kind}\` failed: ${String(first?.error)}`;
  return new BulkIncompleteError(message, { cause: first?.error, details: { operation: kind, added, failed } });
}
