#!/usr/bin/env node
import { readFile, writeFile } from "node:fs/promises";
import { buffer } from "node:stream/consumers";
import { gunzipSync } from "node:zlib";
import { runCommand } from "../dist/command/command.js";

const { stdin, stdout, stderr } = process;
const WIDTH = 40;

process.exitCode = await runCommand(process.argv.slice(2), {
  async read(file) {
    const bytes = file === "-" ? await buffer(stdin) : await readFile(file);
    return bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes;
  },
  async write(file, text) {
    if (file === "-") stdout.write(text);
    else await writeFile(file, text);
  },
  async decode(bytes) {
    const serialize = await import("@graphoid/serialize").catch(() => {
      throw new Error("reading bytes of Graphoid needs @graphoid/serialize: npm install @graphoid/serialize");
    });
    return serialize.fromBytes(bytes);
  },
  print: (text) => void stdout.write(text),
  printError: (text) => void stderr.write(text),
  progress: stderr.isTTY
    ? (done) => {
        const filled = Math.round(done * WIDTH);
        const bar = "█".repeat(filled) + "░".repeat(WIDTH - filled);
        stderr.write(`\r${bar} ${String(Math.round(done * 100)).padStart(3)} %${done >= 1 ? "\n" : ""}`);
      }
    : undefined,
});
