import { describe, expect, it } from "vitest";
import { ends, transitions } from "../test/transitions.ts";
import { follows, isEnded, type PeerState, reportedStates } from "./peer-state.ts";

const states: readonly PeerState[] = ["unknown", ...reportedStates];

describe("follows", () => {
  for (const from of states) {
    it(`leads from ${from} to ${transitions[from].join(", ")}, and nowhere else`, () => {
      expect(reportedStates.filter((to) => follows(from, to)).sort()).toEqual([...transitions[from]].sort());
    });
  }
});

describe("isEnded", () => {
  it("is true of the four ends only", () => {
    expect(states.filter(isEnded)).toEqual(ends);
  });
});
