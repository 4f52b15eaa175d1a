// An office: an approver invites a panel member and a finance officer, who sign in without scripts, see what they may see,
// and record under their own names.

import { createHmac, randomBytes } from "node:crypto";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { accessible, browser, desk, Findings, freePort, valid } from "./desk.mjs";

const findings = new Findings();
const { begin, kill, end, run, run_with, records } = await desk();
const running = await browser();
const saved = mkdtempSync(join(tmpdir(), "almoner-html-"));
let pages = 0;

// Checks a page in each size and colour, and saves it for the checker.
async function looked(page, where) {
  for (const [width, colorScheme] of [[1280, "light"], [1280, "dark"], [320, "light"], [320, "dark"]]) {
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ colorScheme });
    await accessible(page, `${where} at ${width}, ${colorScheme}`, findings);
  }
  await page.setViewportSize({ width: 1280, height: 900 });
  writeFileSync(join(saved, `${pages += 1}.html`), await page.content());
}

const password = (user) => `mustard-fjord-${user}-lantern`;

// The code of a secret, as an authenticator app makes it: so many steps after the present one.
function code(secret, steps = 0) {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const bits = [...secret.replaceAll(" ", "")].map((letter) => letters.indexOf(letter).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const time = Buffer.alloc(8);
  time.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30000) + steps));
  const digest = createHmac("sha1", key).update(time).digest();
  const number = digest.readUInt32BE(digest[19] & 15) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, "0");
}

async function signIn(page, user) {
  await page.getByLabel("User name").fill(user);
  await page.getByLabel("Password").fill(password(user));
  await page.getByRole("button", { name: "Sign in" }).click();
}

try {
  run("user", "add", "ann", "--name", "Ann Lee", "--role", "approver,recorder", "--user", "ann");
  run("user", "add", "rec", "--name", "Rob Reed", "--role", "recorder,payer", "--user", "ann");
  run("user", "add", "cllr", "--name", "Cllr Brown", "--role", "reader", "--audience", "panel", "--user", "ann");
  run_with({ ALMONER_PASSWORD: password("ann") }, "user", "password", "ann");
  const port = await freePort();
  const origin = `http://localhost:${port}`;
  const key = join(saved, "key");
  writeFileSync(key, randomBytes(32), { mode: 0o600 });
  const office = ["--listen", `127.0.0.1:${port}`, "--origin", origin, "--key-file", key];
  findings.check((await begin(...office)) === `${origin}/`, "another address is printed");

  // The page that was wanted is shown after signing in.
  const anns = await running.newContext();
  const ann = await anns.newPage();
  await ann.goto(`${origin}/grants/14-2015`);
  await looked(ann, "sign in");
  await ann.getByLabel("User name").fill("ann");
  await ann.getByLabel("Password").fill("wrong");
  await ann.getByRole("button", { name: "Sign in" }).click();
  findings.check(await ann.getByRole("alert").isVisible(), "a wrong password has no summary");
  await looked(ann, "a wrong password");
  await signIn(ann, "ann");
  await ann.waitForURL(`${origin}/grants/14-2015`);

  // She invites the others, who set their passwords without scripts.
  const others = {};
  for (const [user, name] of [["cllr", "Cllr Brown"], ["rec", "Rob Reed"]]) {
    await ann.goto(`${origin}/users`);
    await ann.getByRole("link", { name: user, exact: true }).click();
    await ann.getByRole("button", { name: "Invite to sign in" }).click();
    await looked(ann, "an invitation");
    const link = await ann.locator("code").textContent();
    const context = await running.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(link);
    await page.getByLabel("New password", { exact: true }).fill(password(user));
    await page.getByLabel("New password, repeated").fill(password(user));
    await page.getByRole("button", { name: "Set password" }).click();
    await signIn(page, user);
    await page.waitForURL(`${origin}/`);
    others[user] = page;
    findings.check(await ann.getByText(name).first().isVisible(), `${name} is not named`);
  }

  // The panel member sees what the panel may see, wherever they look.
  const { cllr, rec } = others;
  for (const path of ["/log", "/users", "/import", "/grants/14-2015/pay", "/grants?audience=officer", "/decisions/C2-2015?audience=auditor"]) {
    const response = await cllr.goto(origin + path);
    findings.check(response.status() === 404, `${path}: status ${response.status()} for the panel`);
  }
  const panels = await cllr.goto(`${origin}/reports/grants?fy=2014-15`).then((it) => it.text());
  const own = await ann.goto(`${origin}/reports/grants?fy=2014-15&audience=panel`).then((it) => it.text());
  const cells = (html) => [...html.matchAll(/<td[^>]*>(.*?)<\/td>/gs)].map(([, cell]) => cell.replace(/<[^>]*>/g, ""));
  findings.check(cells(panels).length > 10 && cells(panels).join("\n") === cells(own).join("\n"), "the panel member sees another report than the panel");
  findings.check(!(await cllr.content()).includes("As seen by"), "the panel member is offered other audiences");

  // The finance officer records a payment, without scripts; it is by him. His draft is his.
  const before = records();
  await rec.goto(`${origin}/grants/14-2015/pay`);
  await rec.getByLabel("Amount").fill("1,000");
  await rec.getByLabel("Date of payment").fill("15 Jun 2015");
  await rec.getByLabel("Reference").fill("BACS 4711");
  await rec.getByRole("button", { name: "Check" }).click();
  const draft = rec.url();
  findings.check((await ann.goto(draft)).status() === 404, "another user meets the draft");
  await rec.getByRole("button", { name: "Record payment" }).click();
  findings.check(await rec.getByText("Recorded.").isVisible(), "no confirmation");
  findings.check(records() === before + 1, "the payment is not recorded");
  findings.check(run("log", "--last", "1").includes("rec"), "the payment is by another");

  // Accounts and sessions; the approver ends one.
  await ann.goto(`${origin}/account`);
  await looked(ann, "an account");
  await ann.getByRole("button", { name: "Change password" }).click();
  await ann.goto(`${origin}/sessions`);
  await looked(ann, "sessions");
  await ann.getByRole("button", { name: "End the session of cllr" }).click();
  await cllr.goto(`${origin}/grants`);
  findings.check(new URL(cllr.url()).pathname === "/sign-in", "an ended session goes on");

  // After signing out, going back shows nothing that is not shown again by the server.
  await rec.getByRole("button", { name: "Sign out" }).click();
  await rec.waitForURL(`${origin}/sign-in`);
  await rec.goBack();
  findings.check(!(await rec.content()).includes("Proof"), "going back after signing out shows a page");

  // In another browser he sets up one-time codes, and signs in with them; his session outlasts a restart.
  const another = await (await running.newContext()).newPage();
  await another.goto(`${origin}/account`);
  await signIn(another, "rec");
  await another.waitForURL(`${origin}/account`);
  await looked(another, "an account without one-time codes");
  await another.locator("#current-codes").fill(password("rec"));
  await another.getByRole("button", { name: "Set up one-time codes" }).click();
  await looked(another, "one-time codes are set up");
  const secret = await another.locator("code").first().textContent();
  await another.locator("#code").fill("12345");
  await another.getByRole("button", { name: "Turn on one-time codes" }).click();
  findings.check(await another.getByRole("alert").isVisible(), "a wrong code has no summary");
  await another.locator("#code").fill(code(secret));
  await another.getByRole("button", { name: "Turn on one-time codes" }).click();
  await looked(another, "recovery codes");
  findings.check((await another.locator("code").count()) === 10, "there are not ten recovery codes");
  const recovery = await another.locator("code").first().textContent();
  await another.getByRole("link", { name: "Sign in" }).click();
  await signIn(another, "rec");
  await looked(another, "a code is needed");
  await another.locator("#code").fill(code(secret));
  await another.getByRole("button", { name: "Sign in" }).click();
  await looked(another, "a code that was used");
  await another.locator("#code").fill(recovery);
  await another.getByRole("button", { name: "Sign in" }).click();
  await another.waitForURL(`${origin}/`);
  await kill("SIGTERM");
  await begin(...office);
  findings.check((await another.goto(`${origin}/account`)).ok() && another.url() === `${origin}/account`, "a restart ends the session");
  findings.check(await another.getByText("Unused recovery codes: 9.").isVisible(), "the recovery code is not used up");
  await looked(another, "an account with one-time codes");
  await ann.goto(`${origin}/users/rec`);
  await ann.getByRole("button", { name: "Request a reset" }).click();
  await looked(ann, "a reset is requested");
  valid(saved, findings);
} finally {
  await running.close();
  await end();
}
findings.end("an office");
