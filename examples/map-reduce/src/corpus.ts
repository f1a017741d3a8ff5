import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { createGunzip } from "node:zlib";

const FILE = new URL("../data/devils-dictionary.txt.gz", import.meta.url);

/** "The Devil's Dictionary", line by line, read as it is asked for. */
export async function* readCorpus(): AsyncGenerator<string> {
  // Made when the first line is asked for: what it reads before somebody iterates over it is lost.
  yield* createInterface({ input: createReadStream(FILE).pipe(createGunzip()), crlfDelay: Number.POSITIVE_INFINITY });
}
