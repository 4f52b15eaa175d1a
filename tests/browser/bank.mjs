// The bank: a statement is sent, checked and recorded; its lines are accepted, matched by hand, explained and
// reversed. Without scripts first; the figures are those of the commands.

import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { browser, desk, Findings, open } from "./desk.mjs";

const findings = new Findings();
const { begin, end, run, records } = await desk();
const running = await browser();
const folder = mkdtempSync(join(tmpdir(), "almoner-bank-"));
const file = (name, rows) => {
  const path = join(folder, name);
  writeFileSync(path, ["Date,Text,Amount,Balance", ...rows, ""].join("\n"));
  return path;
};
const shot = async (page, name) => {
  if (!process.env.ALMONER_SHOTS) return;
  for (const width of [1280, 390]) {
    await page.setViewportSize({ width, height: 900 });
    await page.screenshot({ path: join(process.env.ALMONER_SHOTS, `${name}-${width}.png`), fullPage: true });
  }
  await page.setViewportSize({ width: 1280, height: 900 });
};

try {
  run("pay", "14-2015", "5000", "--date", "2015-04-10", "--reference", "BACS-0622");
  run("pay", "10-2015", "4000", "--date", "2015-04-10", "--reference", "RUN-0017");
  run("pay", "12-2015", "1500", "--date", "2015-04-10", "--reference", "RUN-0017");
  run("pay", "11-2015", "1250", "--date", "2015-04-12");
  run("pay", "13-2015", "300", "--date", "2015-04-14");
  const april = file("april.csv", [
    "2015-04-13,COMPASSION BACS-0622,-5000,61204", "2015-04-14,BACS RUN-0017,-5500,55704", "2015-04-15,CHARGES,-12.40,55691.60",
    "2015-04-20,BT GROUP PLC DD,-1250,54441.60", "2015-04-22,BACS RUN 9,-1800,52641.60", "2015-04-28,STAMPS,-50,52591.60",
  ]);
  let start = await begin();
  const { origin } = new URL(start);
  const context = await running.newContext({ javaScriptEnabled: false, viewport: { width: 1280, height: 900 } });
  const page = await open(context, start);
  const before = records();
  const choose = (path) => page.getByLabel("Statement", { exact: true }).setInputFiles(path);
  const check = () => page.getByRole("button", { name: "Check", exact: true }).click();
  const says = async (text, what) => findings.check(await page.getByText(text).first().isVisible(), what);

  // A file that is no statement, and one that does not name its account.
  await page.getByRole("link", { name: "Bank", exact: true }).click();
  await says("No bank statement is recorded yet", "the empty page does not say so");
  await shot(page, "bank-empty");
  await page.getByRole("link", { name: "Record statement" }).click();
  await choose(file("nothing.csv", ["not a day,X,1,"]));
  await check();
  findings.check(await page.getByRole("alert").isVisible(), "a file with faults has no summary");
  await shot(page, "bank-faults");
  await choose(april);
  await check();
  await says("the statement does not name its account", "the account is not missed");
  await shot(page, "bank-account");
  await page.getByLabel("Bank account").fill("20-00-00 12345678");
  await check();
  await says("Nothing is recorded yet.", "no check of the statement");
  await shot(page, "bank-check");
  findings.check(records() === before, "the check has recorded something");
  await page.getByRole("button", { name: "Record statement" }).click();
  await says("Statement recorded", "no confirmation of the statement");
  await shot(page, "bank-done");
  findings.check(records() === before + 3, "the statement and its two certain matches are not recorded");
  await page.goBack();
  await page.reload();
  findings.check(records() === before + 3, "going back has recorded something");

  // The account: opening + matched + not ours + open = closing; nothing is ticked.
  await page.goto(`${origin}/bank`);
  await shot(page, "bank-list");
  await page.getByRole("link", { name: "20-00-00 12345678", exact: true }).click();
  await shot(page, "bank-account-page");
  const figures = async () => (await page.locator(".position dd:not(.note)").allTextContents()).map((text) => {
    const pence = Number(text.replace(/[^0-9.]/g, "")) * 100;
    return Math.round(text.includes("(") ? -pence : pence);
  });
  const adds = async (where) => {
    const all = await figures();
    findings.check(all.length === 5, `${where}: ${all.length} figures`);
    findings.check(all.slice(0, 4).reduce((sum, it) => sum + it, 0) === all[4], `${where}: ${all} do not add up`);
  };
  await adds("the account");
  findings.check((await page.locator("main input:checked").count()) === 0, "something is ticked by itself");
  await page.getByRole("button", { name: "Check", exact: true }).click();
  await says("Nothing is chosen", "nothing chosen is not said");

  // Accepting a suggestion and explaining a line, both at once.
  await page.getByLabel(/: line of 20 Apr 2015/).check();
  await page.getByLabel(/Explain the line of 15 Apr 2015/).check();
  await page.getByRole("button", { name: "Check", exact: true }).click();
  await says("The kind of explanation is missing", "the kind is not missed");
  findings.check(await page.getByLabel(/: line of 20 Apr 2015/).isChecked(), "what was ticked is gone");
  await page.getByLabel("Kind").selectOption({ label: "Bank charge" });
  await page.getByLabel("Reason").fill("Fee of April");
  await page.getByRole("button", { name: "Check", exact: true }).click();
  await says("Nothing is recorded yet.", "no check of the lines");
  await shot(page, "bank-lines-check");
  await page.getByRole("button", { name: "Record", exact: true }).click();
  await says("Reconciliation recorded", "no confirmation of the lines");
  await shot(page, "bank-lines-done");
  findings.check(records() === before + 5, "the two lines are not recorded");
  await page.getByRole("link", { name: "To the bank account" }).click();
  await adds("the account after two lines");

  // Partly ours, by hand: first too much is left.
  await page.getByRole("link", { name: /Find or explain.*22 Apr 2015/ }).click();
  await shot(page, "bank-line");
  await page.getByLabel(/13-2015 .*14 Apr 2015/).check();
  await page.getByRole("button", { name: "Check match" }).click();
  findings.check(await page.getByRole("alert").isVisible(), "a part of a line passes for the whole");
  findings.check(await page.getByLabel(/13-2015 .*14 Apr 2015/).isChecked(), "what was ticked by hand is gone");
  await shot(page, "bank-line-error");
  await page.locator("summary", { hasText: "Partly in these books" }).click();
  await page.getByLabel("Not in these books").fill("1,500");
  await page.getByLabel("Description").fill("Suppliers");
  await page.getByRole("button", { name: "Check match" }).click();
  await page.getByRole("button", { name: "Record", exact: true }).click();
  findings.check(records() === before + 6, "the part is not recorded");

  // The statement with all its lines; a match is reversed and is open again.
  await page.goto(`${origin}/bank`);
  await page.getByRole("link", { name: /13 Apr 2015 to 28 Apr 2015/ }).click();
  await adds("the statement");
  await shot(page, "bank-statement");
  const json = JSON.parse(run("report", "bank-reconciliation", "--as-at", "2015-04-30", "--format", "json"));
  const per = json.rows.find((row) => row.line === "balance-per-statement").amount;
  findings.check((await figures())[4] === Math.round(Number(per) * 100), `the closing balance is not ${per}`);
  const openLines = json.rows.filter((row) => row.line === "open-line").reduce((sum, row) => sum + Math.round(Number(row.amount) * 100), 0);
  findings.check((await figures())[3] === openLines, "the open lines are not those of the report");
  await page.locator("tr", { hasText: "BT GROUP" }).getByRole("link", { name: /^record / }).click();
  await page.getByRole("link", { name: "Reverse", exact: true }).click();
  await page.getByLabel("Reason").fill("Another payment");
  await page.getByRole("button", { name: "Check" }).click();
  await page.getByRole("button", { name: "Record reversal" }).click();
  await page.goto(`${origin}/bank/20-00-00%2012345678`);
  await adds("the account after a reversal");
  await page.getByText("(1,250.00)").first().waitFor();

  // A mistyped account is confirmed first; a statement that is missing is said.
  await page.goto(`${origin}/record/statement`);
  await choose(file("june.csv", ["2015-06-02,RENT,-10,52000"]));
  await page.getByLabel("Bank account").fill("20-00-00 12345687");
  await check();
  await says("it may be a typing error for “20-00-00 12345678”", "a mistyped account is not said");
  await shot(page, "bank-mistyped");
  await page.getByRole("button", { name: "This is a new account" }).click();
  await says("A new bank account.", "a new account is not said");
  await shot(page, "bank-new");
  await page.getByRole("link", { name: "Change" }).click();
  await page.getByLabel("Bank account").fill("20-00-00 12345678");
  await check();
  await says("A statement is missing.", "a missing statement is not said");
  await shot(page, "bank-chain");
  await page.getByRole("button", { name: "Record statement" }).click();
  await page.goto(`${origin}/bank/20-00-00%2012345678`);
  await shot(page, "bank-broken");
  const all = await figures();
  findings.check(all.length === 6 && all.slice(0, 5).reduce((sum, it) => sum + it, 0) === all[5], `with a missing statement: ${all} do not add up`);

  // A file of decisions, and what others see of the bank: nothing.
  await page.locator("summary", { hasText: "Decisions in a file" }).click();
  const decisions = join(folder, "decisions.csv");
  writeFileSync(decisions, "date,amount,text,records,explained,reason\n2015-04-28,-50,STAMPS,,not-a-grant,Post\n");
  await page.getByLabel("File of decisions").setInputFiles(decisions);
  await page.getByRole("button", { name: "Check decisions" }).click();
  await page.getByRole("button", { name: "Record", exact: true }).click();
  await says("Reconciliation recorded", "the decisions are not recorded");
  await page.getByRole("link", { name: "To the bank account" }).click();
  await page.getByRole("link", { name: "Reconciliation statement" }).click();
  await says("Balance per statement", "the reconciliation statement is not there");
  for (const path of ["/bank", "/bank/20-00-00%2012345678", "/record/statement"]) {
    const response = await page.goto(`${origin}${path}?audience=public`);
    findings.check(response.status() === 404, `${path} is there for the public: ${response.status()}`);
  }
} catch (error) {
  findings.add(String(error));
} finally {
  await running.close();
  await end();
}
findings.end("the bank");
