// An award and what follows it: without scripts, by mouse, with mistakes, and undone again.

import { browser, desk, Findings, open } from "./desk.mjs";

const findings = new Findings();
const { begin, end, run, records } = await desk();
const running = await browser();

try {
  const start = await begin();
  const { origin } = new URL(start);
  const context = await running.newContext({ javaScriptEnabled: false });
  const page = await open(context, start);
  const before = records();

  // All mistakes at once, each with a link to its field.
  await page.goto(`${origin}/record/award`);
  await page.getByLabel("Amount", { exact: true }).fill("0");
  await page.getByLabel("First day of the period").fill("31 Feb 2015");
  await page.getByRole("button", { name: "Check" }).click();
  const mistakes = await page.locator(".summary > ul > li > a").allTextContents();
  findings.check(mistakes.length === 8, `not all mistakes at once: ${mistakes}`);
  await page.locator(".summary > ul > li > a").filter({ hasText: "31 Feb 2015" }).click();
  findings.check(page.url().endsWith("#field-from"), "the mistake does not lead to its field");
  findings.check((await page.getByLabel("First day of the period").inputValue()) === "31 Feb 2015", "the wrong date is gone");
  await page.goto(`${origin}/reports/themes?theme=domestic-abuse&from=31+Feb+2015`);
  findings.check((await page.getByLabel("First day").inputValue()) === "31 Feb 2015", "the wrong option is gone");
  findings.check(await page.locator("#field-from-error").isVisible(), "the option has no message");
  await page.goto(`${origin}/`);

  // From the home page; the recipient is new, the fund is left out first.
  await page.getByRole("link", { name: "Record award" }).click();
  await page.getByLabel("Decision number").fill("40-2015");
  await page.getByLabel("Date of the decision").fill("1 Jun 2015");
  await page.getByLabel("Recipient", { exact: true }).fill("Harbour Advice");
  await page.getByLabel("Amount", { exact: true }).fill("30,000");
  await page.getByLabel("Purpose").fill("Advice for people in debt");
  await page.getByLabel("Theme 1", { exact: true }).selectOption({ label: "Domestic abuse" });
  await page.getByLabel("Power", { exact: true }).selectOption({ label: "Not stated" });
  await page.getByLabel("First day of the period").fill("May 2015");
  await page.getByLabel("Last day of the period").fill("Apr 2016");
  await page.getByRole("button", { name: "Check" }).click();
  findings.check(await page.getByRole("link", { name: "The fund is missing." }).isVisible(), "the fund is not missed");
  findings.check((await page.getByLabel("Purpose").inputValue()) === "Advice for people in debt", "what was typed is gone");
  await page.getByLabel("Fund 1", { exact: true }).selectOption({ label: "Not stated" });
  await page.getByRole("button", { name: "Check" }).click();
  await page.getByRole("button", { name: "Add Harbour Advice as a new recipient" }).click();
  findings.check(await page.getByText("Nothing is recorded yet.").isVisible(), "no check");
  findings.check(records() === before, "the check has recorded something");
  await page.getByRole("button", { name: "Record award" }).click();
  findings.check(await page.getByRole("heading", { name: "Award recorded" }).isVisible(), "no confirmation");

  // Its fund is stated, it is paid, and the payment is reversed.
  await page.getByRole("link", { name: "To the grant" }).click();
  await page.getByText("More", { exact: false }).first().click();
  await page.getByRole("link", { name: "State details" }).click();
  await page.getByLabel("Fund 1", { exact: true }).selectOption({ label: "Victims' services" });
  await page.getByRole("button", { name: "Check" }).click();
  await page.getByRole("button", { name: "Record details" }).click();
  await page.getByRole("link", { name: "To the grant" }).click();
  await page.getByRole("link", { name: "Pay", exact: true }).click();
  await page.getByLabel("Amount", { exact: true }).fill("5,000");
  await page.getByLabel("Date of payment").fill("15 Jun 2015");
  await page.getByRole("button", { name: "Check" }).click();
  await page.getByRole("button", { name: "Record payment" }).click();
  const paid = records();
  await page.getByRole("link", { name: "Reverse", exact: true }).click();
  await page.getByLabel("Reason").fill("Paid twice");
  await page.getByRole("button", { name: "Check" }).click();
  await page.getByRole("button", { name: "Record reversal" }).click();
  findings.check(await page.getByRole("heading", { name: "Reversal recorded" }).isVisible(), "the payment is not reversed");
  findings.check(records() === paid + 1, "the reversal is not one record");
  findings.check(/victims/i.test(run("show", "40-2015")), "the fund is not stated");

  // With scripts: the running sum.
  const scripted = await running.newContext();
  await scripted.addCookies(await context.cookies());
  const form = await scripted.newPage();
  await form.goto(`${origin}/record/award`);
  await form.getByLabel("Amount", { exact: true }).fill("30,000");
  await form.getByText("Several: theme").click();
  await form.getByLabel("Share of theme 1").fill("10,000");
  await form.getByLabel("Share of theme 2").fill("£5,000.50");
  findings.check(await form.getByText("Together £15,000.50 of £30,000.00").isVisible(), "no running sum");
  await form.getByText("Parts with a fund and a theme each").click();
  await form.getByLabel("Amount of part 1").fill("20,000");
  await form.getByLabel("Amount of part 2").fill("9,999.99");
  findings.check(await form.getByText("Together £29,999.99 of £30,000.00").isVisible(), "no sum of the parts");
} finally {
  await running.close();
  await end();
}
findings.end("an award");
