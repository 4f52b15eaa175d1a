// Every page, as a reader meets it: accessible in each size and colour, valid, within the screen, without scripts
// that fail, and with the figures of the command line.

import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { accessible, browser, desk, figures, Findings, open, valid } from "./desk.mjs";

const PATHS = [
  "/bank", "/bank/20-00-00%2012345678", "/bank/20-00-00%2012345678/statements/STATEMENT", "/bank/20-00-00%2012345678/lines?on=STATEMENT.2",
  "/bank/20-00-00%2012345678/lines?on=STATEMENT.1", "/record/statement",
  "/", "/?fy=2014-15", "/grants", "/grants?fy=2014-15&columns=all", "/grants?name=nothing", "/grants/6-2015",
  "/grants/6-2015?postings=yes", "/grants/east-coast-recovery-2014", "/grants/14-2015/pay", "/recipients",
  "/record/award", "/record/decision?decision=99-2015", "/decisions/16-2015/checklist", "/record/recipient", "/record/theme", "/record/theme-rename", "/record/fund", "/record/fund-rename", "/record/budget",
  "/record/funding", "/record/close", "/record/reopen", "/records/57/reverse", "/grants/14-2015/vary", "/grants/14-2015/extend",
  "/grants/14-2015/repurpose", "/grants/14-2015/fund", "/grants/14-2015/withdraw", "/grants/14-2015/refund",
  "/grants/14-2015/returned", "/grants/14-2015/instalment", "/grants/14-2015/state", "/grants/14-2015/correct",
  "/recipients/lighthouse-womens-aid/rename", "/recipients/lighthouse-womens-aid/identify",
  "/recipients/lighthouse-womens-aid/alias", "/grants/14-2015/due", "/grants/14-2015/schedule", "/grants/14-2015/received", "/grants/14-2015/waive",
  "/recipients/lighthouse-womens-aid", "/decisions", "/decisions/16-2015", "/decisions/C2-2015", "/budgets?fy=2014-15",
  "/monitoring", "/reports", "/reports/themes?fy=2014-15&chart=yes", "/reports/themes?by=recipient&fy=2014-15",
  "/reports/periods?fy=2014-15&chart=yes", "/reports/grants?fy=2014-15", "/reports/recipients?fy=2014-15",
  "/reports/changes?fy=2014-15", "/reports/budget?fy=2014-15", "/reports/commitments?fy=2014-15",
  "/reports/trial-balance?fy=2014-15", "/reports/year-end?fy=2014-15", "/reports/not-stated?fy=2014-15",
  "/reports/monitoring?fy=2014-15", "/reports/indicators?fy=2014-15", "/reports/decisions", "/reports/papers",
  "/reports/late?fy=2014-15", "/reports/themes?fy=nothing", "/figures?column=expenditure&theme=domestic-abuse&fy=2014-15",
  "/compare", "/compare?earlier=30&fy=2014-15", "/papers", "/papers/panel?fy=2014-15", "/papers/cfo?fy=2014-15",
  "/papers/funder", "/papers/funder?fund=victims&fy=2014-15", "/papers/disclosure?month=2015-03",
  "/papers/disclosure?month=2015-03&draft=yes", "/papers/360giving", "/papers/360giving?prefix=360G-test",
  "/papers/360giving?format=json", "/papers/journal", "/papers/journal?tool=hledger&for=panel",
  "/papers/finance", "/papers/finance?draft=none", "/papers/finance?mapping=x", "/papers/ledger", "/papers/ledger?format=jsonl&for=public", "/decisions/C2-2015/ground",
  "/reports/themes?from=x&to=y", "/grants?nothing=x&page=y", "/grants/6-2015?fy=x", "/help?audience=x", "/grants?as_at=x", "/compare?earlier=x", "/papers/panel?as_at=x", "/record/paper", "/record/indicator", "/log", "/records/57", "/search?q=lighthouse", "/search?q=nothing",
  "/year-end", "/year-end?fy=2014-15", "/publication", "/publication?month=2015-03", "/settings", "/verify", "/verify?now=yes", "/verify?proof=x", "/import", "/approvals", "/users", "/record/user", "/record/policy", "/record/approve", "/record/reject",
  "/help", "/help/pay", "/accessibility", "/?audience=panel&fy=2014-15", "/grants?audience=public&fy=2014-15",
];
const LOOKS = [[1280, "light"], [1280, "dark"], [320, "light"], [320, "dark"]];

const findings = new Findings();
const { begin, end, run, records } = await desk();
// A statement of which one line is matched, one may be a payment, and one is none.
const last = records();
const statement = join(mkdtempSync(join(tmpdir(), "almoner-bank-")), "april.csv");
writeFileSync(statement, "Date,Text,Amount,Balance\n2015-04-20,SUFFOLK COASTAL INVENTED-3,-5000,61204\n2015-04-21,BT GROUP PLC,-7000,54204\n2015-04-30,CHARGES,-12.40,54191.60\n");
run("reconcile", statement, "--account", "20-00-00 12345678");
const paths = PATHS.map((path) => path.replace("STATEMENT", String(last + 1)));
const running = await browser();
try {
  const start = await begin();
  const { origin } = new URL(start);
  const first = await running.newContext();
  await open(first, start);
  const cookies = await first.cookies();
  // A report without a path of its own above is looked at as it is.
  const index = await first.newPage();
  await index.goto(`${origin}/reports`);
  for (const link of await index.locator('main a[href^="/reports/"]').all()) {
    const path = (await link.getAttribute("href")).split("?")[0];
    if (!paths.some((it) => it.split("?")[0] === path)) paths.push(path);
  }
  await index.close();
  const saved = mkdtempSync(join(tmpdir(), "almoner-html-"));
  for (const [width, colorScheme] of LOOKS) {
    const context = await running.newContext({ viewport: { width, height: 900 }, colorScheme });
    await context.addCookies(cookies);
    const page = await context.newPage();
    page.on("console", (message) => {
      const is404 = message.text().includes("404") || message.text().includes("422");
      if (message.type() === "error" && !is404) findings.add(`${page.url()}: ${message.text()}`);
    });
    page.on("pageerror", (error) => findings.add(`${page.url()}: ${error}`));
    for (const path of paths) {
      const where = `${path} at ${width}, ${colorScheme}`;
      const response = await page.goto(origin + path);
      findings.check([200, 422].includes(response.status()), `${where}: status ${response.status()}`);
      const headings = await page.locator("h1").count();
      findings.check(headings === 1, `${where}: ${headings} first headings`);
      if (width === 1280 && !path.includes("columns=all")) {
        const hanging = await page.evaluate(() =>
          [...document.querySelectorAll(".scroll")].filter((it) => it.scrollWidth > it.clientWidth + 1).map((it) => it.ariaLabel));
        findings.check(hanging.length === 0, `${where}: columns hang out: ${hanging}`);
      }
      await accessible(page, where, findings);
      if (width === 1280 && colorScheme === "light") {
        writeFileSync(join(saved, `${encodeURIComponent(path)}.html`), await response.text());
      }
    }
    await context.close();
  }

  // On a telephone no figure needs scrolling sideways, but where all columns were chosen.
  const telephone = await running.newContext({ viewport: { width: 390, height: 844 } });
  await telephone.addCookies(cookies);
  const held = await telephone.newPage();
  for (const path of paths.filter((it) => !it.includes("columns=all"))) {
    await held.goto(origin + path);
    const hanging = await held.evaluate(() =>
      [...document.querySelectorAll(".scroll")].filter((it) => it.scrollWidth > it.clientWidth + 1).map((it) => it.ariaLabel));
    findings.check(hanging.length === 0, `${path} at 390: columns hang out: ${hanging}`);
  }
  await telephone.close();
  valid(saved, findings);

  // Figures: each row of the page holds each amount of the row in the command's JSON.
  const page = await first.newPage();
  for (const words of ["themes", "periods", "grants", "recipients", "budget"]) {
    await figures(page, origin, run, words, "2014-15", findings);
  }
} finally {
  await running.close();
  await end();
}
findings.end(`pages, ${PATHS.length} addresses in ${LOOKS.length} looks`);
