// Two users: a scheme of delegation set on the pages, two payments sent for approval and approved together, one by one
// rejected. Without scripts.

import { browser, desk, Findings, open } from "./desk.mjs";

const findings = new Findings();
const { begin, end, run, records } = await desk();
const running = await browser();
const pending = () => JSON.parse(run("pending", "--format", "json")).rows.length;

try {
  const start = await begin();
  const { origin } = new URL(start);
  const context = await running.newContext({ javaScriptEnabled: false });
  const page = await open(context, start);
  const press = (name) => page.getByRole("button", { name, exact: true }).click();
  const follow = (name) => page.getByRole("link", { name, exact: true }).first().click();

  // Users, and what they may do.
  await follow("Users");
  findings.check(await page.getByText("There are no users").isVisible(), "the empty state is not shown");
  await follow("Add user");
  await page.getByLabel("User name").fill("al");
  await page.getByLabel("Full name").fill("Al Green");
  for (const role of ["Recorder", "Payer", "Approver"]) await page.getByLabel(new RegExp(`^${role}:`)).check();
  await press("Check");
  findings.check(await page.getByText("User jane: approver").isVisible(), "whoever adds the first user is not shown");
  await press("Add user");
  await page.goto(`${origin}/users`);
  await follow("jane");
  await follow("Assign roles");
  for (const role of ["Recorder", "Payer"]) await page.getByLabel(new RegExp(`^${role}:`)).check();
  findings.check(await page.getByLabel(/^Approver:/).isChecked(), "the present role is not ticked");
  await press("Check");
  await press("Assign roles");
  await page.goto(`${origin}/users`);
  await follow("Set a scheme");
  await page.getByLabel("Payments", { exact: true }).selectOption({ label: "Over the limit" });
  await page.getByLabel("Authorisation limit: payments").fill("1,000");
  await press("Check");
  findings.check(await page.getByText("payments over 1,000.00").isVisible(), "the scheme is not in words");
  await press("Bring into force");

  // A payment of our own is sent for approval; two of another user wait for us.
  await page.goto(`${origin}/grants/14-2015/pay`);
  await page.getByLabel("Amount").fill("2,000");
  await page.getByLabel("Date of payment").fill("15 Jun 2015");
  await press("Check");
  await press("Send for approval");
  findings.check(await page.getByText("recorded once approved by al").isVisible(), "who approves is not shown");
  for (const amount of ["3000", "4000", "5000"]) {
    run("--user", "al", "propose", "pay", "14-2015", amount, "--date", "2015-06-16", "--again");
  }
  findings.check(pending() === 4, "four proposals do not wait");
  await page.getByRole("link", { name: /^Approvals/ }).click();
  findings.check(await page.getByText("Proposed by you").isVisible(), "our own proposal is not apart");
  const before = records();
  const ticks = page.getByRole("checkbox", { name: /^Choose proposal/ });
  findings.check((await ticks.count()) === 3, "the proposals of the other user cannot be ticked");
  await ticks.nth(0).check();
  await ticks.nth(1).check();
  await press("Check and approve those ticked");
  for (const amount of ["3,000.00", "4,000.00"]) {
    findings.check(await page.getByText(`Payment of ${amount}`).first().isVisible(), `${amount} is not shown`);
  }
  findings.check(records() === before, "the check has recorded something");
  await press("Approve and record");
  findings.check(await page.getByRole("heading", { name: "Approved and recorded" }).isVisible(), "no confirmation");
  await page.reload();
  findings.check(records() === before + 4, "two payments with their approvals are not four records");
  await page.goto(`${origin}/approvals`);
  await follow("Reject proposals");
  await page.getByLabel(/£5,000.00/).check();
  await page.getByLabel("Reason").fill("No invoice");
  await press("Check");
  await press("Reject proposals");
  findings.check(pending() === 1, "the third is not rejected");
  findings.check(/No record has been altered/.test(run("verify")), "the ledger does not verify");
} finally {
  await running.close();
  await end();
}
findings.end("approvals");
