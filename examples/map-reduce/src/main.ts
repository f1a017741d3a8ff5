// Counts the words of a book over three processes, and compares with a count in one; with `--router nats` over NATS.
import { networkFrom } from "@graphoid/example-network";
import { Coordinator } from "./coordinator.ts";
import { readCorpus } from "./corpus.ts";
import { Table } from "./job.ts";
import { words } from "./words.ts";

const { network } = await networkFrom(process.argv.slice(2));
await using coordinator = await Coordinator.start(3, new URL("./worker.js", import.meta.url), network);
for (const [name, { pid }] of coordinator.workers) console.log(`${name}: process ${pid}`);

const { results, mappers } = await coordinator.run<number>("words", readCorpus());
for (const [name, { chunks, mapped, sent }] of mappers) {
  console.log(`${name} mapped ${chunks} chunks to ${mapped} pairs, and sent ${sent} of them, combined`);
}
const most = [...results].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)).slice(0, 10);
console.log(`most frequent: ${most.map(([word, count]) => `${word} ${count}`).join(", ")}`);

const table = new Table(words);
for await (const line of readCorpus()) for (const pair of words.map(line)) table.add(pair);
const sequential = new Map(table.pairs);
const isEqual = sequential.size === results.size && [...sequential].every(([word, n]) => results.get(word) === n);
console.log(`${results.size} different words, counted ${isEqual ? "as" : "NOT AS"} in one process`);
if (!isEqual) process.exitCode = 1;
