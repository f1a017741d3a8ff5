// The shape of the repository (docs/architecture.md): a star with core in the middle. Each rule says what to do instead.

const tests = "(\\.test\\.ts$|^packages/[^/]+/(test|bench)/)";

/** @type {import("dependency-cruiser").IConfiguration} */
export default {
  forbidden: [
    {
      name: "spoke-imports-spoke",
      severity: "error",
      comment:
        "A package imports only @graphoid/core and third-party packages. What two packages must agree on is a small " +
        "interface in core; what joins them belongs in the umbrella, @graphoid/distribution; a test that needs both " +
        "belongs in packages/distribution/test.",
      from: { path: "^packages/([^/]+)/", pathNot: "^packages/distribution/" },
      to: { path: "^packages/", pathNot: "^packages/($1|core)/" },
    },
    {
      name: "package-by-relative-path",
      severity: "error",
      comment: 'Import another package by its name ("@graphoid/core"), never by a path into its folder.',
      from: { path: "^(packages/[^/]+|examples|benchmarks|scripts)/" },
      to: { path: "^packages/", pathNot: "^$1/", dependencyTypes: ["local"] },
    },
    {
      name: "core-imports-a-package",
      severity: "error",
      comment: "core has no dependencies at all, so that every package can afford it.",
      from: { path: "^packages/core/src/", pathNot: tests },
      to: { pathNot: "^packages/core/" },
    },
    {
      name: "default-instance-shared",
      severity: "error",
      comment:
        "Only a package's index.ts (and the umbrella's default.ts, through it) may reach a default instance. Take the " +
        "collaborator as an argument instead, so that isolated instances stay isolated.",
      from: { pathNot: "(^packages/[^/]+/src/index\\.ts$|\\.test\\.ts$)" },
      to: { path: "^packages/[^/]+/src/default\\.ts$" },
    },
    {
      name: "source-imports-test",
      severity: "error",
      comment: "What is published must not import tests, benchmarks or their helpers.",
      from: { path: "^packages/[^/]+/src/", pathNot: "\\.test\\.ts$" },
      to: { path: tests },
    },
    {
      name: "development-dependency-in-source",
      severity: "error",
      comment: "What is published imports only what its package.json lists in dependencies or peerDependencies.",
      from: { path: "^packages/[^/]+/src/", pathNot: "\\.test\\.ts$" },
      to: {
        dependencyTypes: ["npm-dev", "npm-no-pkg", "npm-unknown"],
        dependencyTypesNot: ["npm", "npm-peer", "npm-optional", "type-only"],
      },
    },
    {
      name: "node-only-module-in-browser-package",
      severity: "error",
      comment: "These packages also run in a browser: no module of Node's own in them.",
      from: { path: "^packages/(core|serialize|partition|hooks|routing|universe)/src/", pathNot: "\\.test\\.ts$" },
      to: { dependencyTypes: ["core"] },
    },
    {
      name: "circular",
      severity: "error",
      comment:
        "Move what both need into a file of its own that imports neither. Types may refer to each other in a circle " +
        "(a value may be a graph, which holds values): `import type`.",
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    {
      name: "unresolvable",
      severity: "error",
      comment: "The import names a file or package that is not there, or a path that the package does not export.",
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["@graphoid/source", "import", "node", "types", "default"],
      extensions: [".ts", ".mts", ".d.ts", ".js", ".mjs", ".json"],
    },
  },
};
