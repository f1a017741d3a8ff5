import type { Sample } from "./row.ts";

/** Messages from the runner to a contender's process. Every request gets exactly one reply. */
export type Request =
  | {
      readonly kind: "setup";
      readonly module: string;
      readonly contender: string;
      readonly measures: readonly string[];
      readonly parameters: object;
      readonly warmUpParameters: object | undefined;
    }
  | { readonly kind: "sample"; readonly measure: string };

export type Reply =
  | { readonly kind: "ready" }
  | { readonly kind: "sample"; readonly sample: Sample }
  | { readonly kind: "error"; readonly message: string };
