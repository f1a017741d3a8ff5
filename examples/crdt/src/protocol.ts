import type { HostEndpoint } from "@graphoid/distribution";

/** What the parent of a replica tells it to do. All are answered with a {@link ReplicaReport}. */
export type ReplicaTask =
  | { readonly kind: "meet"; readonly peers: { readonly [identity: string]: HostEndpoint } }
  | { readonly kind: "change"; readonly times: number }
  | { readonly kind: "cutOff"; readonly hosts: readonly string[] }
  | { readonly kind: "report" };

export interface ReplicaReport {
  /** The canonical bytes of the state, as text. */
  readonly digest: string;
  readonly values: {
    readonly visits: number;
    readonly stock: number;
    readonly title: string;
    readonly tags: readonly string[];
  };
  /** What happened to messages from here. */
  readonly counts: { readonly sent: number; readonly lost: number; readonly twice: number; readonly cut: number };
}
