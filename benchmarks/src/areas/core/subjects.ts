import type { SyntheticGraphParameters } from "../../datasets/synthetic-graph.ts";
import type { Contender, Measure } from "../../harness/workload.ts";
import { GraphoidSubject } from "./graphoid-subject.ts";
import { GraphologySubject } from "./graphology-subject.ts";
import { MapOfArraysSubject, MapOfMapsSubject } from "./plain-map-subjects.ts";
import type { Subject } from "./subject.ts";

export const OURS = "graphoid";
export const GRAPHOLOGY = "graphology";
/** Lookup by id is the same in both plain forms, so only this one has those rows. */
export const PLAIN_MAPS = "plain Maps";
export const PLAIN_ARRAYS = "plain Map + arrays, duplicates unchecked";

/** How to make an empty graph, by contender. */
type SubjectFactory = () => Subject;

interface SubjectKind {
  readonly packageName?: string;
  readonly create: SubjectFactory;
}

const SUBJECT_KINDS: { readonly [contender: string]: SubjectKind } = {
  [OURS]: { packageName: "@graphoid/core", create: () => new GraphoidSubject() },
  [GRAPHOLOGY]: { packageName: "graphology", create: () => new GraphologySubject() },
  [PLAIN_MAPS]: { create: () => new MapOfMapsSubject() },
  [PLAIN_ARRAYS]: { create: () => new MapOfArraysSubject() },
};

/** Contenders that differ in nothing but the kind of graph. */
export function subjectContenders<State>(
  setup: (parameters: SyntheticGraphParameters, create: SubjectFactory) => State,
  measures: { readonly [name: string]: Measure<State> },
  omitted: { readonly [contender: string]: readonly string[] } = {},
): { readonly [contender: string]: Contender<State, SyntheticGraphParameters> } {
  return Object.fromEntries(
    Object.entries(SUBJECT_KINDS).map(([contender, { packageName, create }]) => [
      contender,
      {
        ...(packageName === undefined ? {} : { packageName }),
        setup: (parameters) => setup(parameters, create),
        measures: Object.fromEntries(Object.entries(measures).filter(([name]) => !omitted[contender]?.includes(name))),
      } satisfies Contender<State, SyntheticGraphParameters>,
    ]),
  );
}
