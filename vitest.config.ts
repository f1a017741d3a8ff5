import { defineConfig } from "vitest/config";

const INSTALLED = "**/node_modules/**";
/** Packages whose tests leave nothing behind: their files share modules, which each worker loads once. */
const SHARING = "packages/{core,serialize,partition,hooks,universe,interop}/{src,test}/**";
/** What measures the memory of a process wants it to itself. */
const MEASURING = "memory.test.ts";

export default defineConfig({
  resolve: { conditions: ["@graphoid/source"] },
  ssr: { resolve: { conditions: ["@graphoid/source"] } },
  test: {
    pool: "forks",
    // Tests of what is lost wait for most of their time, so two processors have room for three workers.
    maxWorkers: "150%",
    testTimeout: 30_000,
    projects: [
      {
        extends: true,
        test: {
          name: "sharing",
          include: [`${SHARING}/*.test.ts`],
          exclude: [INSTALLED, `**/${MEASURING}`],
          isolate: false,
        },
      },
      {
        extends: true,
        test: {
          name: "apart",
          include: [
            `packages/**/${MEASURING}`,
            "packages/*/{src,test}/**/*.test.ts",
            "examples/*/{src,test}/**/*.test.ts",
            "scripts/**/*.test.ts",
            "benchmarks/**/*.test.ts",
          ],
          exclude: [INSTALLED, `${SHARING}/!(memory).test.ts`],
        },
      },
    ],
  },
});
