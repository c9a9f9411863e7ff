// Starts the conformance server on a free port for one test file, and stops it afterwards.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const script = fileURLToPath(new URL("../../scripts/conformance-server", import.meta.url));

export async function startServer() {
  const child = spawn(script, ["0", "20000"], { stdio: ["ignore", "pipe", "inherit"] });
  const url = await new Promise((resolve, reject) => {
    child.once("exit", (code) => reject(new Error(`the conformance server ended with ${code}`)));
    createInterface({ input: child.stdout }).on("line", (line) => {
      const ready = /ready on port (\d+)/.exec(line);
      if (ready) resolve(`http://localhost:${ready[1]}`);
    });
  });
  return {
    url,
    stop: () =>
      new Promise((resolve) => {
        child.removeAllListeners("exit").once("exit", resolve);
        child.kill();
      }),
  };
}

/** The arguments of the next event of that name. */
export function next(emitter, event) {
  return new Promise((resolve) => emitter.once(event, (...args) => resolve(args)));
}
