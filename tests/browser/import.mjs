// Files that are imported: without scripts, with rows corrected in place, by the figures of the command, and by keyboard.

import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { accessible, browser, desk, Findings, open, valid } from "./desk.mjs";

const findings = new Findings();
const { begin, kill, end, run, records } = await desk();
const running = await browser();
const folder = mkdtempSync(join(tmpdir(), "almoner-files-"));
const file = (name, text) => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};
const payments = file("payments.csv", `award,date,amount,reference
14-2015,31/05/2015,"1,000.00",BACS-9001
14-2015,31/13/2015,250,BACS-9002
22-2015,30/06/2015,12.345,BACS-9003
no-2015,30/06/2015,100,BACS-9004
`);
const corrected = file("corrected.csv", `award,date,amount,reference
14-2015,31/05/2015,"1,000.00",BACS-9001
14-2015,31/12/2015,250,BACS-9002
22-2015,30/06/2015,12.35,BACS-9003
`);
// The lines of the plan as the command prints them: label, rows, amount.
const planned = (text) => text.split("\n").map((line) => line.match(/^ {2}(\S.*?) +([\d,]+) +([\d,.]+)$/)).filter(Boolean)
  .map(([, label, rows, amount]) => `${label} ${rows} ${amount}`);
const commanded = (...words) => {
  try {
    return planned(run("import", ...words));
  } catch (error) {
    return planned(String(error.stdout));
  }
};
const lines = (page) => page.locator("table.plan tbody tr").evaluateAll((rows) =>
  rows.map((row) => [...row.cells].map((cell) => cell.textContent.replace("£", "").trim()).join(" ").toLowerCase()));
const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

try {
  const before = records();
  let start = await begin();
  let context = await running.newContext({ javaScriptEnabled: false });
  let page = await open(context, start);
  const { origin } = new URL(start);
  const send = async (page, path) => {
    await page.goto(`${origin}/import`);
    await page.getByLabel("File", { exact: true }).setInputFiles(path);
    await page.getByRole("button", { name: "Check the file" }).click();
  };

  // Without scripts: the plan is that of the command, and rows with faults are corrected in place.
  await send(page, payments);
  findings.check(await page.getByRole("alert").isVisible(), "a file with faults has no summary");
  findings.check(same(await lines(page), commanded("payments", payments, "--dry-run")), `the plan differs: ${await lines(page)}`);
  await page.getByLabel("Row 3, date").fill("31/12/2015");
  await page.getByLabel("Row 4, amount").fill("12.35");
  await page.getByLabel("Leave out row 5").check();
  await page.getByRole("button", { name: "Make the plan again" }).click();
  findings.check(await page.getByText("Nothing is recorded yet.").isVisible(), "no plan");
  const [fresh] = commanded("payments", corrected, "--dry-run");
  findings.check((await lines(page))[0] === fresh, `what is new differs: ${await lines(page)}`);
  findings.check(records() === before, "a plan has recorded something");
  const plan = page.url();
  await context.close();

  // The program is killed: file and corrections are still there, and recorded once by a double click.
  await kill("SIGKILL");
  start = await begin();
  context = await running.newContext();
  page = await open(context, start);
  await page.goto(plan);
  findings.check((await lines(page))[0] === fresh, "the corrections are gone after a kill");
  await page.getByRole("button", { name: /^Record 3 rows/ }).dblclick({ noWaitAfter: true });
  await page.waitForURL("**/done");
  findings.check(records() === before + 3, "a double click has not recorded once");
  await page.goBack();
  await page.goto(plan);
  findings.check(page.url().endsWith("/done"), "the plan does not lead to what was recorded");
  findings.check(records() === before + 3, "going back has recorded something");
  findings.check(same(commanded("payments", corrected, "--dry-run")[1], "already recorded 3 1,262.35"), "the command does not know what was recorded");

  // Duplicates are confirmed, and what is left is folded.
  await send(page, file("twice.csv", "award,date,amount,reference\n14-2015,01/07/2015,75,X-1\n14-2015,02/07/2015,75,X-2\n"));
  await page.getByLabel("Not a duplicate: record it").check();
  await page.getByRole("button", { name: "Make the plan again" }).click();
  await page.getByText("Rows without errors (2)").click();
  findings.check(await page.getByText("Row 3: award 14-2015").isVisible(), "rows without faults are not listed");
  await page.getByRole("button", { name: "Discard this file" }).click();
  findings.check(records() === before + 3, "a file that is discarded has recorded something");

  // Columns are chosen and saved as a profile, which the command finds.
  const theirs = file("theirs.csv", "Grant ref,Paid on,Net,Gross\n14-2015,31/07/2015,10.00,12.00\n14-2015,31/08/2015,20.00,24.00\n");
  await send(page, theirs);
  const read = new URL(page.url()).pathname;
  await page.getByRole("link", { name: "Check the columns" }).click();
  await page.getByLabel("Column for amount").selectOption({ label: "Gross: 12.00 · 24.00" });
  await page.getByRole("button", { name: "Read these columns" }).click();
  await page.getByRole("link", { name: "Check the columns" }).click();
  await page.getByLabel("Name", { exact: true }).fill("their-system");
  await page.getByRole("button", { name: "Save the profile" }).click();
  const gross = commanded("payments", theirs, "--profile", "their-system", "--dry-run");
  findings.check(gross[0] === "new 2 36.00" && same(await lines(page), gross), `the saved profile reads otherwise: ${gross}`);

  const saved = mkdtempSync(join(tmpdir(), "almoner-html-"));
  for (const width of [1280, 320]) {
    await page.setViewportSize({ width, height: 900 });
    for (const path of [read, `${read}/columns`]) {
      const response = await page.goto(origin + path);
      await accessible(page, `${path.slice(-8)} at ${width}`, findings);
      writeFileSync(join(saved, `${encodeURIComponent(path)}.html`), await response.text());
    }
  }
  await page.setViewportSize({ width: 1280, height: 900 });

  // A list of decisions in prose is drafted beside its words, and its marks bind.
  await send(page, file("decisions.html", `<html><body><p>Decision 161-2015</p><p>Date: 3 June 2015</p><p>Outreach</p>
<p>The Commissioner agreed a grant of £12,500 to Lighthouse Women's Aid for outreach.</p><p>Decision 162-2015</p>
<p>Date: 4 June 2015</p><p>Youth work</p><p>The Commissioner agreed a grant to Waveney Forum of £9,<br>500 for youth work.</p></body></html>`));
  findings.check(await page.getByText("it can be read in more than one way").isVisible(), "no point to check");
  const prose = new URL(page.url()).pathname;
  for (const width of [1280, 320]) {
    await page.setViewportSize({ width, height: 900 });
    await accessible(page, `prose at ${width}`, findings);
  }
  await page.setViewportSize({ width: 1280, height: 900 });
  writeFileSync(join(saved, "prose.html"), await (await page.goto(origin + prose)).text());
  await page.getByLabel("has been checked against this text").check();
  await page.getByRole("button", { name: "Make the plan again" }).click();
  await page.getByRole("button", { name: /^Record 2 rows/ }).click();
  findings.check(run("show", "162-2015").includes("Youth work"), "the decision is not recorded");
  await page.getByRole("link", { name: "Import the awards from this list" }).click();
  findings.check(await page.getByLabel("has been checked against this text").isVisible(), "the marks do not bind for awards");
  await page.getByRole("button", { name: "Discard this file" }).click();

  // Every page of it is accessible, within the screen and valid.
  await send(page, payments);
  const faulty = new URL(page.url()).pathname;
  for (const [width, colorScheme] of [[1280, "light"], [1280, "dark"], [320, "light"], [320, "dark"]]) {
    const look = await running.newContext({ viewport: { width, height: 900 }, colorScheme });
    await look.addCookies(await context.cookies());
    const shown = await look.newPage();
    for (const path of ["/import", faulty, `${new URL(plan).pathname}/done`]) {
      const response = await shown.goto(origin + path);
      await accessible(shown, `${path.slice(0, 12)} at ${width}, ${colorScheme}`, findings);
      if (width === 1280 && colorScheme === "light") {
        writeFileSync(join(saved, `${encodeURIComponent(path)}.html`), await response.text());
      }
    }
    await look.close();
  }
  valid(saved, findings);
} finally {
  await running.close();
  await end();
}
findings.end("imports");
