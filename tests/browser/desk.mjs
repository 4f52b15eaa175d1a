// A desk with the example ledger, and a browser that has opened it.

import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";

// The packages are where `install` put them, outside the tree.
const require = createRequire(`${process.env.ALMONER_BROWSER_TESTS}/package.json`);
const { chromium } = require("playwright-core");
export const axe = require.resolve("axe-core");
export const checker = () => require.resolve("vnu-jar/build/dist/vnu.jar");

// Starts the program and returns its process and the address to start from.
export async function serve(...options) {
  const program = spawn(process.env.ALMONER, ["serve", "--no-open", ...options], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, ALMONER_USER: "jane" },
  });
  const lines = createInterface({ input: program.stdout });
  for await (const line of lines) return { program, start: line };
  throw new Error("the program printed no address");
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
