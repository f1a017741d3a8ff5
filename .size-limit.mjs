// What each package adds to a program, minified and compressed with brotli, with its third-party dependencies.
// core is left out of the others, since every program has it once; the umbrella is weighed with everything.
// A budget is a decision: raise one only in a change that says what the bytes buy.

import { readdirSync } from "node:fs";

const budgets = {
  core: "18.5 kB",
  serialize: "26 kB",
  net: "20 kB",
  remote: "12 kB",
  routing: "4 kB",
  partition: "20 kB",
  hooks: "5 kB",
  context: "6 kB",
  universe: "6 kB",
  interop: "15 kB",
  nats: "72 kB",
  distribution: "101 kB",
};

const whole = ["core", "distribution"];

export default readdirSync("packages").map((name) => {
  if (budgets[name] === undefined) throw new Error(`.size-limit.mjs: give @graphoid/${name} a budget`);
  return {
    name: `@graphoid/${name}`,
    path: `packages/${name}/dist/index.js`,
    import: "*",
    limit: budgets[name],
    ignore: whole.includes(name) ? [] : ["@graphoid/core"],
    modifyEsbuildConfig: (config) => ({ ...config, platform: "node" }),
  };
});
