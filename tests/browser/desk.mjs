// A desk with the example ledger, and a browser that has opened it.

import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

// The packages are where `install` put them, outside the tree.
const require = createRequire(join(process.env.ALMONER_BROWSER_TESTS, "package.json"));
const { chromium } = require("playwright-core");
const axe = readFileSync(require.resolve("axe-core"), "utf8");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

// Returns a package that is not made for `require`.
export const imported = (name) => import(pathToFileURL(require.resolve(name)));

// Returns a port that nobody listens on.
export const freePort = () => new Promise((found) => {
  const server = createServer();
  server.listen(0, "127.0.0.1", () => {
    const { port } = server.address();
    server.close(() => found(port));
  });
});

// Starts the pages of a new example ledger.
export async function desk() {
  const folder = mkdtempSync(join(tmpdir(), "almoner-pages-"));
  const ledger = join(folder, "demo.ledger");
  const environment = { ...process.env, ALMONER_USER: "jane", ALMONER_STATE: join(folder, "state") };
  const run = (...words) => run_with({}, ...words);
  const run_with = (more, ...words) =>
    execFileSync(process.env.ALMONER, ["-L", ledger, ...words], { env: { ...environment, ...more }, encoding: "utf8" });
  const records = () => JSON.parse(run("log", "--last", "1", "--format", "json")).rows[0].record;
  execFileSync(process.env.ALMONER, ["demo", ledger], { env: environment });
  let program;
  async function begin(...options) {
    const words = options.length > 0 ? options : ["--no-open"];
    program = spawn(process.env.ALMONER, ["-L", ledger, "serve", ...words], {
      stdio: ["ignore", "pipe", "inherit"],
      env: environment,
    });
    for await (const line of createInterface({ input: program.stdout })) return line;
    throw new Error("the program printed no address");
  }
  const kill = (signal) => new Promise((ended) => {
    program.once("exit", ended);
    program.kill(signal);
  });
  const end = async () => {
    await kill("SIGINT");
    rmSync(folder, { recursive: true, force: true });
  };
  return { begin, kill, end, run, run_with, records };
}

// Returns a browser.
export function browser() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic"],
  });
}

// Opens the pages from the printed address, as a person does: by its button.
export async function open(context, start) {
  const page = await context.newPage();
  await page.goto(start);
  await page.getByRole("button", { name: "Open" }).click();
  await page.waitForURL((url) => url.pathname === "/");
  return page;
}

// Checks that a page is within the screen and accessible.
export async function accessible(page, where, findings) {
  const beyond = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  findings.check(beyond <= 0, `${where}: ${beyond} px beyond the screen`);
  await page.evaluate(axe);
  const wrong = await page.evaluate(async (values) => (await window.axe.run(document, { runOnly: { type: "tag", values } })).violations, RULES);
  for (const { id, nodes } of wrong) findings.add(`${where}: ${id}: ${nodes[0].html.slice(0, 160)}`);
}

// Checks that each row of a report on its page holds each amount of the row in the command's JSON.
export async function figures(page, origin, run, words, year, findings) {
  const shown = (text) => {
    const [pounds, pence] = text.replace("-", "").split(".");
    const grouped = `${pounds.replace(/\B(?=(\d{3})+$)/g, ",")}.${pence}`;
    return text.startsWith("-") ? `(${grouped})` : grouped;
  };
  const { rows } = JSON.parse(run("report", words, "--fy", year, "--format", "json"));
  await page.goto(`${origin}/reports/${words}?fy=${year}&columns=all`);
  const lines = await page.locator("main tbody tr:not(.group):not(.sum)").allTextContents();
  findings.check(rows.length === lines.length, `${words}: ${rows.length} rows and ${lines.length} lines`);
  rows.forEach((row, at) => {
    for (const [key, value] of Object.entries(row)) {
      if (typeof value !== "string" || !/^-?\d+\.\d\d$/.test(value) || value === "0.00") continue;
      findings.check(lines[at]?.includes(shown(value)), `${words}: ${key} ${value} is not in line ${at + 1}: ${lines[at]}`);
    }
  });
}

// Checks that the pages saved in a folder are valid.
export function valid(folder, findings) {
  const checker = join(process.env.ALMONER_BROWSER_TESTS, "node_modules/vnu-jar/build/dist/vnu.jar");
  try {
    execFileSync("java", ["-jar", checker, "--skip-non-html", folder], { encoding: "utf8", stdio: "pipe" });
  } catch (error) {
    findings.add(String(error.stderr).slice(0, 4000));
  }
}

// Collects what is wrong, and ends with it.
export class Findings {
  #all = new Set();
  add(text) { this.#all.add(text); }
  check(holds, text) { if (!holds) this.add(text); }
  end(what) {
    for (const text of this.#all) console.log(text);
    console.log(`${what}: ${this.#all.size} findings`);
    if (this.#all.size > 0) process.exitCode = 1;
  }
}
