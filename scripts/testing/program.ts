import { execFileSync, spawn } from "node:child_process";

/** How a program ended, and what it printed. */
export interface Outcome {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/**
 * Runs a program of ours as a person does, in the folder `cwd` and with the variables `env` if given; `onOutput` sees all of
 * its output so far whenever some more comes.
 */
export function runProgram(
  path: string,
  args: readonly string[] = [],
  onOutput: (out: string) => void = () => {},
  cwd?: string,
  env?: Readonly<Record<string, string>>,
): Promise<Outcome> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [path, ...args], {
      stdio: ["ignore", "pipe", "pipe"],
      cwd,
      env: { ...process.env, ...env },
    });
    let out = "";
    let err = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      out += text;
      onOutput(out);
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      err += text;
    });
    child.once("close", (code) => resolve({ code, out, err }));
  });
}

/** Whether a process is there. One that has ended and was not collected yet counts as ended. */
export function isRunning(pid: number): boolean {
  try {
    return !/\bZ\b/.test(execFileSync("ps", ["-o", "stat=", "-p", String(pid)], { encoding: "utf8" }));
  } catch {
    return false;
  }
}
