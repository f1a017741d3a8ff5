import { Graph } from "@graphoid/distribution";

/** Who meets whom outside the club, by the number of the second member. */
const FRIENDS = `
2: 1 / 3: 1 2 / 4: 1 2 3 / 5: 1 / 6: 1 / 7: 1 5 6 / 8: 1 2 3 4 / 9: 1 3 / 10: 3 / 11: 1 5 6 / 12: 1 / 13: 1 4
14: 1 2 3 4 / 17: 6 7 / 18: 1 2 / 20: 1 2 / 22: 1 2 / 26: 24 25 / 28: 3 24 25 / 29: 3 / 30: 24 27 / 31: 2 9
32: 1 25 26 29 / 33: 3 9 15 16 19 21 23 24 30 31 32
34: 9 10 14 15 16 19 20 21 23 24 27 28 29 30 31 32 33`;

/**
 * The 34 members of a karate club and the 78 pairs of them that met outside it (Wayne W. Zachary, "An Information Flow
 * Model for Conflict and Fission in Small Groups", 1977).
 */
export function karateClub(): Graph {
  const graph = new Graph({ type: "undirected" });
  for (let member = 1; member <= 34; member++) graph.addNode(`member_${member}`);
  for (const entry of FRIENDS.trim().split(/\n| \/ /)) {
    const [member, others = ""] = entry.split(": ");
    for (const other of others.split(" ")) graph.addEdge(`member_${other}`, `member_${member}`, "FRIEND");
  }
  return graph;
}
