import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: { conditions: ["@graphoid/source"] },
  ssr: { resolve: { conditions: ["@graphoid/source"] } },
  test: {
    include: [
      "packages/*/{src,test}/**/*.test.ts",
      "examples/*/{src,test}/**/*.test.ts",
      "scripts/**/*.test.ts",
      "benchmarks/**/*.test.ts",
    ],
    pool: "forks",
    // On two processors the default is one.
    maxWorkers: "100%",
    testTimeout: 30_000,
  },
});
