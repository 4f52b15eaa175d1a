// A week of an office of five: an administrator, a recorder, a payer, an approver and a panel member. Each is signed in as
// themselves in a browser of their own, and knows only what is visible on the pages. At the end the figures are those of
// the commands.

import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { browser, desk, figures, Findings, freePort } from "./desk.mjs";

const findings = new Findings();
const { begin, end, run, run_with, records } = await desk();
const running = await browser();
const folder = mkdtempSync(join(tmpdir(), "almoner-week-"));
const file = (name, lines) => {
  const path = join(folder, name);
  writeFileSync(path, [...lines, ""].join("\n"));
  return path;
};
const password = (user) => `mustard-fjord-${user}-lantern`;

// A person at a browser of their own.
class Person {
  constructor(page) { this.page = page; }
  static async at(address) {
    const person = new Person(await (await running.newContext({ viewport: { width: 1280, height: 900 } })).newPage());
    await person.page.goto(address);
    return person;
  }
  press(name) { return this.page.getByRole("button", { name, exact: true }).click(); }
  follow(name) { return this.page.getByRole("link", { name, exact: true }).first().click(); }
  // What is in the menu of the pages.
  menu(name) { return this.page.locator("header, nav").getByRole("link", { name: new RegExp(`^${name}`) }).first().click(); }
  type(label, text) { return this.page.getByLabel(label, { exact: true }).fill(text); }
  sees(text) { return this.page.getByText(text).first().isVisible(); }
  async expect(text, what) {
    try {
      await this.page.getByText(text).first().waitFor({ timeout: 10_000 });
    } catch {
      findings.add(`${what}: ${text} is not on ${this.page.url()}: ${(await this.page.locator("main").innerText()).slice(0, 600)}`);
    }
  }
  async signIn(user) {
    await this.type("User name", user);
    await this.type("Password", password(user));
    await this.press("Sign in");
    await this.page.getByRole("button", { name: "Sign out" }).waitFor();
  }
  // Looks something up by the search of the pages, and opens it.
  async find(text, link = text) {
    await this.page.getByRole("searchbox").first().fill(text);
    await this.page.keyboard.press("Enter");
    await this.follow(link);
  }
}

try {
  // Whoever looks after the server makes the first user.
  run("user", "add", "adm", "--name", "Ada Moss", "--role", "approver", "--user", "adm");
  run_with({ ALMONER_PASSWORD: password("adm") }, "user", "password", "adm");
  const port = await freePort();
  const origin = `http://localhost:${port}`;
  await begin("--listen", `127.0.0.1:${port}`, "--origin", origin);
  const before = records();

  // Monday: the administrator adds the others and a scheme, and invites them.
  const adm = await Person.at(origin);
  await adm.signIn("adm");
  const people = { rec: ["Rob Reed", "Recorder"], pay: ["Pat Page", "Payer"], app: ["Amy Poole", "Approver"], cllr: ["Cllr Brown", "Reader"] };
  const office = {};
  for (const [user, [name, role]] of Object.entries(people)) {
    await adm.menu("Users");
    await adm.follow("Add user");
    await adm.type("User name", user);
    await adm.type("Full name", name);
    await adm.page.getByLabel(new RegExp(`^${role}:`)).check();
    if (role === "Reader") await adm.page.getByLabel("Audience of a reader").selectOption({ label: "The Police and Crime Panel" });
    await adm.press("Check");
    await adm.press("Add user");
    await adm.expect("User added", user);
    await adm.menu("Users");
    await adm.follow(user);
    await adm.press("Invite to sign in");
    const person = await Person.at(await adm.page.locator("code").textContent());
    await person.type("New password", password(user));
    await person.type("New password, repeated", password(user));
    await person.press("Set password");
    await person.signIn(user);
    office[user] = person;
  }
  const { rec, pay, app, cllr } = office;
  await adm.menu("Users");
  await adm.follow("Set a scheme");
  await adm.page.getByLabel("Payments", { exact: true }).selectOption({ label: "Over the limit" });
  await adm.type("Authorisation limit: payments", "1,000");
  await adm.press("Check");
  await adm.press("Bring into force");
  await adm.expect("in force", "the scheme");

  // Tuesday: the recorder records an award to a new recipient.
  await rec.menu("Home");
  await rec.follow("Record award");
  await rec.type("Decision number", "40-2015");
  await rec.type("Date of the decision", "1 Jun 2015");
  await rec.type("Recipient", "Harbour Advice");
  await rec.type("Amount", "30,000");
  await rec.page.getByLabel("Purpose").fill("Advice for people in debt");
  await rec.page.getByLabel("Theme 1", { exact: true }).selectOption({ label: "Domestic abuse" });
  await rec.page.getByLabel("Fund 1", { exact: true }).selectOption({ label: "Victims' services" });
  await rec.page.getByLabel("Power", { exact: true }).selectOption({ label: "Not stated" });
  await rec.type("First day of the period", "May 2015");
  await rec.type("Last day of the period", "Apr 2016");
  await rec.press("Check");
  await rec.press("Add Harbour Advice as a new recipient");
  await rec.press("Record award");
  await rec.expect("Award recorded", "the award");
  // Wednesday: the payer pays a small amount alone, and sends two larger ones for approval.
  const payment = async (amount, reference, button) => {
    await pay.find("40-2015");
    await pay.follow("Pay");
    await pay.type("Amount", amount);
    await pay.type("Date of payment", "15 Jun 2015");
    await pay.type("Reference", reference);
    await pay.press("Check");
    await pay.press(button);
  };
  await payment("800", "BACS 1", "Record payment");
  await pay.expect("Recorded.", "the small payment");
  for (const [amount, reference] of [["5,000", "BACS 2"], ["2,000", "BACS 3"]]) {
    await payment(amount, reference, "Send for approval");
    await pay.expect("Sent for approval", reference);
  }

  // Thursday: the approver approves one and rejects the other; neither the payer nor the panel member could.
  await app.page.reload();
  await app.menu("Approvals");
  await app.page.getByRole("checkbox", { name: /^Choose proposal/ }).first().check();
  await app.press("Check and approve those ticked");
  await app.expect("Payment of 5,000.00", "the check of what is approved");
  await app.press("Approve and record");
  await app.expect("Approved and recorded", "the approval");
  await app.menu("Approvals");
  await app.follow("Reject proposals");
  await app.page.getByLabel(/2,000/).check();
  await app.type("Reason", "No invoice");
  await app.press("Check");
  await app.press("Reject proposals");
  await app.expect("Proposals rejected", "the rejection");
  await pay.menu("Approvals");
  findings.check(!(await pay.sees("2,000.00")), "what was rejected still waits");
  findings.check((await cllr.page.getByRole("link", { name: /^Approvals/ }).count()) === 0, "the panel member is offered approvals");

  // Friday: the payer imports a file and records the bank statement of the week.
  await pay.menu("Import");
  const payments = file("payments.csv", ["award,date,amount,reference", "40-2015,16/06/2015,150.00,BACS 4", "40-2015,17/06/2015,250.50,BACS 5"]);
  await pay.page.getByLabel("File", { exact: true }).setInputFiles(payments);
  await pay.press("Check the file");
  // With what was paid before they are beyond the limit of a month, too.
  await pay.page.getByRole("button", { name: /^Send 2 rows for approval/ }).click();
  await pay.expect("Sent for approval", "the import");
  await app.menu("Approvals");
  await app.page.getByRole("checkbox", { name: /^Choose proposal/ }).first().check();
  await app.press("Check and approve those ticked");
  await app.expect("Payment of 250.50", "the check of the import");
  await app.press("Approve and record");
  await app.expect("Approved and recorded", "the import");
  await pay.menu("Bank");
  await pay.follow("Record statement");
  const statement = file("june.csv", [
    "Date,Text,Amount,Balance", "2015-06-16,HARBOUR ADVICE BACS 1,-800,9200", "2015-06-17,HARBOUR ADVICE BACS 2,-5000,4200",
    "2015-06-18,HARBOUR ADVICE BACS 4,-150,4050", "2015-06-19,HARBOUR ADVICE BACS 5,-250.50,3799.50", "2015-06-30,CHARGES,-12.40,3787.10",
  ]);
  await pay.page.getByLabel("Statement", { exact: true }).setInputFiles(statement);
  await pay.type("Bank account", "20-00-00 12345678");
  await pay.press("Check");
  await pay.press("Record statement");
  await pay.expect("Statement recorded", "the statement");
  await pay.follow("To the bank account");
  await pay.page.getByLabel(/Explain the line of 30 Jun 2015/).check();
  await pay.page.getByLabel("Kind").selectOption({ label: "Bank charge" });
  await pay.type("Reason", "Fee of June");
  await pay.press("Check");
  await pay.press("Record");
  await pay.expect("Reconciliation recorded", "the charge");
  await pay.follow("To the bank account");
  await pay.expect("No line is open.", "the account");

  // The panel member reads; what is confidential is not there, and nothing can be recorded.
  await cllr.find("40-2015");
  await cllr.expect("6,200.50", "what the panel sees of the grant");
  findings.check((await cllr.page.getByRole("link", { name: "Pay", exact: true }).count()) === 0, "the panel member is offered a payment");
  await cllr.menu("Papers");
  findings.check((await cllr.page.getByRole("link", { name: /finance officer/i }).count()) === 0, "the panel member is offered the finance officer's papers");

  // The administrator sees who did what, and ends the panel member's session.
  await adm.menu("Audit log");
  for (const name of ["rec", "pay", "app"]) findings.check(await adm.page.locator("main").getByText(name, { exact: true }).first().isVisible(), `${name} is not in the log`);
  await adm.page.getByRole("link", { name: "adm", exact: true }).first().click();
  await adm.follow("Sessions and access tokens of all users");
  await adm.page.getByRole("button", { name: "End the session of cllr" }).click();
  await cllr.page.reload();
  await cllr.expect("Password", "the panel member's page");

  // Each record is by who made it, and the figures are those of the commands.
  const log = JSON.parse(run("log", "--last", String(records() - before), "--format", "json")).rows;
  const by = [...new Set(log.map((row) => row.recorded_by))].sort().join();
  findings.check(by === "adm,app,pay,rec", `records are by ${by}`);
  for (const words of ["grants", "themes", "payments", "recipients"]) await figures(adm.page, origin, run, words, "2015-16", findings);
  const [grant] = JSON.parse(run("report", "grants", "--fy", "2015-16", "--format", "json")).rows.filter((row) => Object.values(row).includes("40-2015"));
  findings.check(Object.values(grant).includes("6200.50"), `the grant has ${JSON.stringify(grant)}`);
  findings.check(/No record has been altered/.test(run("verify")), "the ledger does not verify");
} finally {
  await running.close();
  await end();
}
findings.end("a week of an office of five");
