/** Says aloud that tests are left out, since what they need is not there; with CI=true that is an error. */
export function missing(what: string, tests: string): void {
  const message = `SKIPPED, NOT TESTED: ${tests}: ${what} is missing`;
  if (process.env["CI"] === "true") throw new Error(message);
  process.stderr.write(`${message}\n`);
}
