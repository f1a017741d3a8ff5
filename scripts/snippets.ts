import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import ts from "typescript";

/** One fenced TypeScript block of a Markdown file or a doc comment. */
export interface Snippet {
  /** The file that it stands in, from the repository's root. */
  readonly file: string;
  /** The line of its first line of code, from 1. */
  readonly line: number;
  readonly code: string;
  /** Opened with `ts no-run`: type-checked only. */
  readonly noRun: boolean;
}

/** The fenced `ts` blocks of a Markdown file, or of the doc comments of a TypeScript file. */
export function readSnippets(file: string): Snippet[] {
  const inComments = file.endsWith(".ts");
  const snippets: Snippet[] = [];
  let open: { line: number; lines: string[]; noRun: boolean } | undefined;
  for (const [index, raw] of readFileSync(file, "utf8").split("\n").entries()) {
    const text = inComments ? /^\s*\* ?(.*)$/.exec(raw)?.[1] : raw;
    if (text === undefined) {
      open = undefined;
    } else if (open === undefined) {
      const fence = /^```(?:ts|typescript)(?: (no-run))?\s*$/.exec(text);
      if (fence) open = { line: index + 2, lines: [], noRun: fence[1] !== undefined };
    } else if (text.startsWith("```")) {
      snippets.push({ file, line: open.line, code: open.lines.join("\n"), noRun: open.noRun });
      open = undefined;
    } else {
      open.lines.push(text);
    }
  }
  return snippets;
}

/**
 * What each `console.log(…)` of a snippet says that it prints, in source order: the text of the `//` comment behind
 * it on its last line, or `undefined` where there is none.
 */
export function expectedLines(code: string): (string | undefined)[] {
  const source = ts.createSourceFile("snippet.ts", code, ts.ScriptTarget.Latest, true);
  const lines: (string | undefined)[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && node.expression.getText(source) === "console.log") {
      const rest = code.slice(node.end, code.indexOf("\n", node.end) < 0 ? undefined : code.indexOf("\n", node.end));
      lines.push(/^[;)},\s]*\/\/\s?(.*?)\s*$/.exec(rest)?.[1]);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return lines;
}

/** The packages that a snippet imports, without subpaths: `@graphoid/core`, `graphology`, `node:fs`. */
export function importedPackages(code: string): string[] {
  return ts
    .preProcessFile(code, true, true)
    .importedFiles.map(({ fileName }) => /^(@[^/]+\/[^/]+|[^/]+)/.exec(fileName)?.[1] ?? fileName);
}

/** A folder outside the repository in which every package is installed as it was built, to compile and run snippets. */
export class SnippetFolder {
  readonly #path: string;

  constructor() {
    this.#path = mkdtempSync(join(tmpdir(), "graphoid-snippets-"));
    mkdirSync(join(this.#path, "node_modules/@graphoid"), { recursive: true });
    mkdirSync(join(this.#path, "node_modules/@types"));
    for (const name of readdirSync("packages")) this.#link(`packages/${name}`, `@graphoid/${name}`);
    this.#link("node_modules/@types/node", "@types/node");
    // What packages take as an optional peer, installed by whoever uses it.
    this.#link("packages/interop/node_modules/graphology", "graphology");
    writeFileSync(join(this.#path, "package.json"), '{ "type": "module" }\n');
  }

  #link(target: string, name: string): void {
    symlinkSync(resolve(target), join(this.#path, "node_modules", name), "dir");
  }

  /** The type errors of `snippets`, compiled as one program against the packages' declarations. */
  typeCheck(snippets: readonly Snippet[]): string[] {
    const byPath = new Map<string, Snippet>();
    for (const [index, snippet] of snippets.entries()) {
      const path = join(this.#path, `${index}-${basename(snippet.file).replace(/\W/g, "-")}.ts`);
      writeFileSync(path, snippet.code);
      byPath.set(path, snippet);
    }
    const program = ts.createProgram([...byPath.keys()], {
      target: ts.ScriptTarget.ES2022,
      lib: ["lib.es2023.d.ts", "lib.esnext.disposable.d.ts", "lib.dom.d.ts"],
      module: ts.ModuleKind.NodeNext,
      moduleResolution: ts.ModuleResolutionKind.NodeNext,
      moduleDetection: ts.ModuleDetectionKind.Force,
      types: ["node"],
      typeRoots: [join(this.#path, "node_modules/@types")],
      strict: true,
      skipLibCheck: true,
      noEmit: true,
    });
    return ts.getPreEmitDiagnostics(program).map(({ file, start, messageText }) => {
      const message = ts.flattenDiagnosticMessageText(messageText, "\n");
      const snippet = file && byPath.get(file.fileName);
      if (!snippet || start === undefined) return `${file?.fileName ?? "snippets"}: ${message}`;
      const line = snippet.line + file.getLineAndCharacterOfPosition(start).line;
      return `${snippet.file}:${line}: ${message}`;
    });
  }

  /** Runs a snippet in a Node process of its own and gives the lines that it prints. Rejects if it fails. */
  run(snippet: Snippet): Promise<string[]> {
    const folder = mkdtempSync(join(this.#path, "run-"));
    const path = join(folder, "snippet.js");
    const { outputText } = ts.transpileModule(snippet.code, {
      compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext },
    });
    writeFileSync(path, outputText);
    return new Promise((resolve, reject) => {
      execFile(process.execPath, [path], { cwd: folder, timeout: 20_000 }, (error, stdout, stderr) => {
        if (error) {
          const why =
            error.code === 13 ? "an await never settles" : error.killed ? "too slow" : `exit code ${error.code}`;
          reject(new Error(`${snippet.file}:${snippet.line} does not run to its end (${why}):\n${stdout}${stderr}`));
        } else resolve(stdout === "" ? [] : stdout.replace(/\n$/, "").split("\n"));
      });
    });
  }

  remove(): void {
    rmSync(this.#path, { recursive: true, force: true });
  }
}
