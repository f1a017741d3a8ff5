// Every relative link in a Markdown file leads to a file, and to a heading where it names one.

import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { filesUnder } from "./workspace.ts";

const pages = [
  ...["README.md", "CONTRIBUTING.md"].filter(existsSync),
  ...["docs", "packages", "examples", "benchmarks"].flatMap((folder) =>
    filesUnder(folder, /^(?!docs\/api\/).*(?<!CHANGELOG)\.md$/),
  ),
];

/** A page without its code, in which brackets are not links. */
const prose = (page: string): string =>
  readFileSync(page, "utf8")
    .replace(/^```.*?^```/gms, "")
    .replace(/`[^`\n]*`/g, "");

/** The anchors of a page's headings, as GitHub makes them. */
const anchors = (page: string): string[] =>
  [...readFileSync(page, "utf8").matchAll(/^#+ +(.+)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );

test.each(pages)("the links of %s lead somewhere", (page) => {
  const broken = [...prose(page).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = ""]) => target)
    .filter((target) => !/^[a-z]+:/.test(target))
    .filter((target) => {
      const [path = "", anchor] = target.split("#");
      const file = path === "" ? page : join(dirname(page), path);
      return !existsSync(file) || (anchor !== undefined && !anchors(file).includes(anchor));
    });
  expect(broken).toEqual([]);
});
