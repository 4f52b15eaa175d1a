// A payment: without scripts, by keyboard alone, sent twice, and with the program killed in between.

import { browser, desk, Findings, open } from "./desk.mjs";

const findings = new Findings();
const { begin, kill, end, run, records } = await desk();
const running = await browser();

try {
  const before = records();

  // Without scripts, with a mistake first.
  let start = await begin();
  let context = await running.newContext({ javaScriptEnabled: false });
  let page = await open(context, start);
  const { origin } = new URL(start);
  await page.goto(`${origin}/grants/14-2015`);
  await page.getByRole("link", { name: "Pay", exact: true }).click();
  await page.getByLabel("Amount").fill("30,000.01");
  await page.getByLabel("Date of payment").fill("15 Jun 2015");
  await page.getByLabel("Reference").fill("BACS 4711");
  await page.getByRole("button", { name: "Check" }).click();
  findings.check(await page.getByRole("alert").isVisible(), "a payment beyond the award has no summary");
  findings.check((await page.getByLabel("Reference").inputValue()) === "BACS 4711", "what was typed is gone");
  await page.getByLabel("Amount").fill("10,000");
  await page.getByRole("button", { name: "Check" }).click();
  findings.check(await page.getByText("Nothing is recorded yet.").isVisible(), "no check");
  findings.check(records() === before, "the check has recorded something");
  const check = page.url();
  await page.getByRole("button", { name: "Record payment" }).click();
  findings.check(await page.getByText("Recorded.").isVisible(), "no confirmation");
  findings.check(records() === before + 1, "the payment is not recorded");
  await page.reload();
  await page.goBack();
  await page.goto(check);
  findings.check(page.url().endsWith("/done"), "the draft does not lead to what was recorded");
  findings.check(records() === before + 1, "reloading or going back has recorded something");

  // A form is typed and checked, and not recorded; then the program is killed.
  await page.goto(`${origin}/grants/14-2015/pay`);
  await page.getByLabel("Amount").fill("750");
  await page.getByLabel("Date of payment").fill("20 Jun 2015");
  await page.getByLabel("Reference").fill("BACS 4712");
  await page.getByRole("button", { name: "Check" }).click();
  const typed = page.url();
  await context.close();
  await kill("SIGKILL");

  // It is started again: the confirmation and what was typed are still there.
  start = await begin();
  context = await running.newContext();
  page = await open(context, start);
  findings.check(new URL(start).origin === origin, "bookmarks do not stay good");
  await page.goto(check);
  findings.check(page.url().endsWith("/done"), "the confirmation is gone after a kill");
  await page.goto(typed);
  findings.check(await page.getByText("BACS 4712").first().isVisible(), "what was typed is gone after a kill");
  findings.check(records() === before + 1, "what was only checked is recorded after a kill");

  // By keyboard alone, and twice.
  await page.goto(`${origin}/grants/14-2015`);
  await page.keyboard.press("/");
  findings.check(await page.locator("#search").evaluate((it) => it === document.activeElement), "/ does not search");
  await page.keyboard.type("compassion");
  await page.keyboard.press("Enter");
  await page.waitForURL("**/search?**");
  findings.check(await page.getByRole("link", { name: "14-2015", exact: true }).first().isVisible(), "not found");
  await page.goto(`${origin}/grants/14-2015/pay`);
  const press = async (label) => {
    for (let steps = 0; steps < 60; steps += 1) {
      await page.keyboard.press("Tab");
      const here = await page.evaluate(() => document.activeElement?.labels?.[0]?.textContent ?? document.activeElement?.textContent);
      if (here?.trim() === label) return;
    }
    findings.add(`${label} is not reached by keyboard`);
  };
  await press("Amount");
  await page.keyboard.type("500");
  await press("Date of payment");
  await page.keyboard.press("Control+A");
  await page.keyboard.type("16 Jun 2015");
  await press("Check");
  await page.keyboard.press("Enter");
  await page.waitForURL("**/drafts/**");
  await press("Record payment");
  await page.getByRole("button", { name: "Record payment" }).dblclick({ noWaitAfter: true });
  await page.waitForURL("**/done");
  findings.check(records() === before + 2, "a double click has not recorded once");
} finally {
  await running.close();
  await end();
}
findings.end("a payment");
