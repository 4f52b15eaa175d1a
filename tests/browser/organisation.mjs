// An office whose users sign in with their organisation's accounts, at a certified OpenID provider: an invitation connects
// an account, and with it the user signs in and out. Nobody else is let in.

import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { accessible, browser, desk, Findings, freePort, imported, valid } from "./desk.mjs";

const findings = new Findings();
const { begin, end, run, run_with } = await desk();
const running = await browser();
const saved = mkdtempSync(join(tmpdir(), "almoner-html-"));
let pages = 0;

async function looked(page, where) {
  for (const [width, colorScheme] of [[1280, "light"], [320, "dark"]]) {
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ colorScheme });
    await accessible(page, `${where} at ${width}, ${colorScheme}`, findings);
  }
  await page.setViewportSize({ width: 1280, height: 900 });
  writeFileSync(join(saved, `${pages += 1}.html`), await page.content());
}

// Starts the provider, whose accounts are whatever is typed.
async function provider(port, origin, algorithm) {
  const { Provider } = await imported("oidc-provider");
  const issuer = `http://127.0.0.1:${port}`;
  // It says that it is not set up for real use.
  console.warn = console.info = () => {};
  const { generateKeyPair, exportJWK } = await imported("jose");
  const { privateKey } = await generateKeyPair(algorithm, { extractable: true });
  const oidc = new Provider(issuer, {
    clients: [{
      client_id: "grants",
      client_secret: "fjord lantern: 50% +",
      redirect_uris: [`${origin}/sign-in/organisation/return`],
      post_logout_redirect_uris: [`${origin}/sign-in`],
      id_token_signed_response_alg: algorithm,
    }],
    jwks: { keys: [{ ...(await exportJWK(privateKey)), alg: algorithm, use: "sig" }] },
    cookies: { keys: ["a key of the test"] },
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
    pkce: { required: () => true },
  });
  const server = await new Promise((listening) => {
    const begun = oidc.listen(port, "127.0.0.1", () => listening(begun));
  });
  return { issuer, server };
}

const password = (user) => `mustard-fjord-${user}-lantern`;

// Signs in at the provider, and agrees to what it asks.
async function atProvider(page, account) {
  await page.locator("[name=login]").fill(account);
  await page.locator("[name=password]").fill("any");
  await page.locator("button[type=submit]").click();
  await page.getByRole("button", { name: "Continue" }).click();
}

const link = (page) => page.getByRole("link", { name: "Sign in with your organisation’s account" });

let server;
try {
  for (const [user, name, roles] of [["ann", "Ann Lee", "approver,recorder"], ["rec", "Rob Reed", "recorder,payer"]]) {
    run("user", "add", user, "--name", name, "--role", roles, "--user", "ann");
  }
  run_with({ ALMONER_PASSWORD: password("ann") }, "user", "password", "ann");
  const [port, port_of_provider] = [await freePort(), await freePort()];
  const origin = `http://localhost:${port}`;
  let issuer;
  ({ issuer, server } = await provider(port_of_provider, origin, "RS256"));
  const secret = join(saved, "secret");
  writeFileSync(secret, "fjord lantern: 50% +\n", { mode: 0o600 });
  await begin("--listen", `127.0.0.1:${port}`, "--origin", origin, "--oidc-issuer", issuer, "--oidc-client-id", "grants", "--oidc-secret-file", secret);

  // The approver invites a user, who accepts with the organisation's account.
  const ann = await (await running.newContext()).newPage();
  await ann.goto(`${origin}/users/rec`);
  await looked(ann, "sign in");
  await ann.getByLabel("User name").fill("ann");
  await ann.getByLabel("Password").fill(password("ann"));
  await ann.getByRole("button", { name: "Sign in" }).click();
  await ann.getByRole("button", { name: "Invite to sign in" }).click();
  const invitation = await ann.locator("code").textContent();
  const rec = await (await running.newContext()).newPage();
  await rec.goto(invitation);
  await looked(rec, "an invitation");
  await link(rec).click();
  await atProvider(rec, "rob.reed");
  await rec.waitForURL(`${origin}/`);
  findings.check(await rec.getByRole("link", { name: "rec", exact: true }).isVisible(), "the user is not named");
  await rec.goto(`${origin}/account`);
  await looked(rec, "an account of the organisation");

  // Signing out of the pages, and of the account.
  await rec.getByRole("button", { name: "Sign out" }).click();
  findings.check(await rec.getByRole("heading", { name: "You are signed out" }).isVisible(), "signing out says nothing of the account");
  await looked(rec, "signed out");
  await rec.goto(`${origin}/grants`);
  findings.check(new URL(rec.url()).pathname === "/sign-in", "the session goes on after signing out");
  // The account is still signed in: a click suffices. The page that was wanted is shown.
  await link(rec).click();
  await rec.waitForURL(`${origin}/grants`);
  await rec.getByRole("button", { name: "Sign out" }).click();
  await rec.getByRole("link", { name: "Sign out of your organisation’s account" }).click();
  await rec.getByRole("button", { name: /yes/i }).click();
  await rec.waitForURL((url) => url.href.startsWith(`${origin}/sign-in`));

  // Another account is of no user, and who gives up is told so.
  await link(rec).click();
  await atProvider(rec, "somebody.else");
  findings.check(await rec.getByText("is not linked to a user of this ledger").isVisible(), "an account of nobody has another answer");
  await looked(rec, "an account of nobody");
  // Without scripts.
  const other = await (await running.newContext({ javaScriptEnabled: false })).newPage();
  await other.goto(`${origin}/sign-in`);
  await link(other).click();
  await other.getByRole("link", { name: /cancel/i }).click();
  findings.check(await other.getByText("was refused or cancelled").isVisible(), "giving up has another answer");
  await other.goto(`${origin}/grants`);
  findings.check(new URL(other.url()).pathname === "/sign-in", "giving up signs in");
  valid(saved, findings);
} finally {
  server?.close();
  await running.close();
  await end();
}
findings.end(`accounts of the organisation, ${pages} pages`);
