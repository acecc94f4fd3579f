// Security Settings, as people use them: with a real authenticator and a real mailbox.
import { readFile } from "node:fs/promises";
import type { Page } from "@playwright/test";
import { appCode } from "./support/authenticator";
import {
  alive,
  button,
  type Demo,
  enterPassword,
  expect,
  field,
  heading,
  link,
  otherThan,
  PASSWORD,
  type Person,
  signInByApi,
  test,
  visit,
} from "./support/test";

const NEW = "seven slow rivers at noon";
const dialog = (page: Page) => page.getByRole("dialog");
const part = (page: Page, name: string) => page.getByRole("region", { name, exact: true });
const twoFactor = (page: Page) => part(page, "Two-Factor Authentication");
const rows = (page: Page, name: string) => part(page, name).locator(".rows > li");

async function openSettings(page: Page, demo: Demo): Promise<Person> {
  const who = demo.agent();
  await signInByApi(page.request, demo, who);
  await visit(page, "/acme/profile/security");
  await expect(heading(page, "Security Settings")).toBeVisible();
  return who;
}

/** Adds an app up to its backup codes, and answers its secret. */
async function addApp(page: Page, name: string): Promise<string> {
  await button(page, "Add authenticator app").click();
  const secret = await dialog(page).locator(".secret").innerText();
  await dialog(page).getByLabel("Device name", { exact: true }).fill(name);
  await dialog(page).getByLabel("Authentication code", { exact: true }).fill(appCode(secret));
  await dialog(page).getByRole("button", { name: "Verify" }).click();
  await expect(dialog(page).getByRole("heading", { name: "Save your backup codes" })).toBeVisible();
  return secret;
}

async function saveCodes(page: Page): Promise<string[]> {
  const shown = dialog(page).locator(".codes code");
  await expect(shown).toHaveCount(10);
  const codes = await shown.allInnerTexts();
  await dialog(page).getByLabel("Type one code", { exact: true }).fill(codes[7] ?? "");
  await dialog(page).getByRole("button", { name: "Done" }).click();
  await expect(dialog(page)).toHaveCount(0);
  return codes;
}

test("the person's menu leads there, and each part has an address", async ({ page, demo }) => {
  const who = demo.agent();
  await signInByApi(page.request, demo, who);
  await visit(page, "/acme/desk");
  await page.locator("summary").filter({ hasText: "You" }).click();
  await link(page, "Security Settings").click();
  await page.waitForURL("**/acme/profile/security");
  await alive(page);
  for (const name of ["Two-Factor Authentication", "Single Sign-On", "Password", "Browsers", "Sessions"]) {
    await page.getByRole("navigation", { name: "On this page" }).getByRole("link", { name, exact: true }).click();
    await expect(part(page, name).getByRole("heading", { name, exact: true })).toBeInViewport();
  }
  await expect(page).toHaveURL(/security#sessions$/);
  await link(page, "Back to your desk").click();
  await page.waitForURL("**/acme/desk");
});

test("strangers sign in first", async ({ page }) => {
  await page.goto("/acme/profile/security");
  await expect(page).toHaveURL(/\/acme\?next=%2Facme%2Fprofile%2Fsecurity$/);
});

test("an authenticator app is added, and its backup codes are saved", async ({ page, demo }) => {
  await page.addInitScript(() => {
    (window as unknown as { printed: number }).printed = 0;
    window.print = () => void (window as unknown as { printed: number }).printed++;
  });
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  const who = await openSettings(page, demo);
  await button(page, "Add authenticator app").click();
  await expect(dialog(page).getByRole("img", { name: "QR code for your authenticator app" })).toBeVisible();
  const secret = await dialog(page).locator(".secret").innerText();
  expect(secret).toMatch(/^([A-Z2-7]{4} ){7}[A-Z2-7]{4}$/);

  await test.step("the secret is copied without its gaps", async () => {
    await dialog(page).getByRole("button", { name: "Copy the secret" }).click();
    await expect(dialog(page).getByText("Copied")).toBeVisible();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(secret.replaceAll(" ", ""));
  });

  await test.step("a code that is wrong, or of a phone whose clock is wrong, is told so", async () => {
    const code = dialog(page).getByLabel("Authentication code", { exact: true });
    const verify = dialog(page).getByRole("button", { name: "Verify" });
    await verify.click();
    await expect(dialog(page).getByText("Type the six digits that the app shows.")).toBeVisible();
    await code.fill("no code");
    await verify.click();
    await expect(dialog(page).getByText("That code does not match.")).toBeVisible();
    await expect(code).toHaveValue("");
    await expect(code).toBeFocused();
    await code.fill(appCode(secret, 240));
    await verify.click();
    await expect(dialog(page).getByText(/^Your phone's clock is 4:00 minutes ahead\./)).toBeVisible();
  });

  await dialog(page).getByLabel("Device name", { exact: true }).fill("Pixel 8");
  await dialog(page).getByLabel("Authentication code", { exact: true }).fill(appCode(secret));
  await page.keyboard.press("Enter");
  await expect(dialog(page).getByRole("heading", { name: "Save your backup codes" })).toBeVisible();
  const codes = await dialog(page).locator(".codes code").allInnerTexts();
  expect(new Set(codes).size).toBe(10);
  for (const code of codes) expect(code).toMatch(/^[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{5}$/);

  await test.step("they are printed, kept as a file and copied", async () => {
    await dialog(page).getByRole("button", { name: "Print" }).click();
    expect(await page.evaluate(() => (window as unknown as { printed: number }).printed)).toBe(1);
    await page.emulateMedia({ media: "print" });
    await expect(dialog(page).getByText(`Backup codes for ${who.account} at Acme Support`)).toBeVisible();
    await page.emulateMedia({ media: "screen" });
    const started = page.waitForEvent("download");
    await dialog(page).getByRole("button", { name: "Download" }).click();
    const file = await started;
    expect(file.suggestedFilename()).toBe("backup-codes.txt");
    const text = await readFile(await file.path(), "utf8");
    for (const code of codes) expect(text).toContain(code);
    await dialog(page).getByRole("button", { name: "Copy" }).click();
    await expect(dialog(page).getByText("Copied")).toBeVisible();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(codes.join("\n"));
  });

  await test.step("they count once one was typed back", async () => {
    await dialog(page).getByRole("button", { name: "Done" }).click();
    await expect(dialog(page).getByText("Type one of the codes above.")).toBeVisible();
    await dialog(page).getByLabel("Type one code", { exact: true }).fill("AAAA-AAAA-AAAAA");
    await dialog(page).getByRole("button", { name: "Done" }).click();
    await expect(dialog(page).getByText(/^That is not one of these codes\./)).toBeVisible();
    await dialog(page).getByLabel("Type one code", { exact: true }).fill((codes[3] ?? "").toLowerCase());
    await dialog(page).getByRole("button", { name: "Done" }).click();
    await expect(dialog(page)).toHaveCount(0);
    await expect(page.getByText("Authenticator app added.")).toBeVisible();
  });

  await expect(twoFactor(page).getByText("Authenticator app: Pixel 8")).toBeVisible();
  await expect(twoFactor(page).getByText("10 of 10 left.")).toBeVisible();
  await expect(twoFactor(page).getByRole("heading", { name: "Two-Factor Authentication" })).toBeFocused();
  const letter = await demo.mail.wait(who.email, /new way to prove/);
  expect(letter.text).toContain("An authenticator app (Pixel 8) was added");
  await demo.mail.wait(who.email, /New backup codes/);
});

test("codes that were not saved are asked for again", async ({ page, demo }) => {
  await openSettings(page, demo);
  await addApp(page, "");
  await page.keyboard.press("Escape");
  await expect(dialog(page)).toHaveCount(0);
  await expect(twoFactor(page).getByText("You have no backup codes.")).toBeVisible();
  await button(page, "Make new codes").click();
  await saveCodes(page);
  await expect(page.getByText("Backup codes saved. Older ones have ended.")).toBeVisible();
  await expect(twoFactor(page).getByText("10 of 10 left.")).toBeVisible();
});

test("e-mail authentication is reset and turned off", async ({ page, demo }) => {
  // Mails to one person are a minute apart.
  test.setTimeout(150_000);
  const who = await openSettings(page, demo);
  const off = page.getByRole("button", { name: /^Turn off: E-mail/ });

  await test.step("not while it is the last way of a company that requires one", async () => {
    await expect(off).toBeDisabled();
    await expect(off).toHaveAccessibleDescription(/this is your last way\. Add another one first\.$/);
  });

  await test.step("Reset proves the mailbox anew", async () => {
    await button(page, "Reset").click();
    // A code went out for the sign-in within this minute.
    await expect(dialog(page).getByText(/^A code went to/)).toBeVisible();
    const resend = dialog(page).getByRole("button", { name: "Resend" });
    await expect(resend).toBeDisabled();
    await expect(resend).toBeEnabled({ timeout: 65_000 });
    await resend.click();
    await expect(dialog(page).getByText(/^We sent six digits to a•••@acme\.example at \d\d:\d\d\.$/)).toBeVisible();
    const mail = await demo.mail.wait(who.email, /set up e-mail authentication/);
    const code = /^\s*(\d{6})\s*$/m.exec(mail.text)?.[1] ?? "none";
    const typed = dialog(page).getByLabel("Authentication code", { exact: true });
    await typed.fill(otherThan(code));
    await dialog(page).getByRole("button", { name: "Verify" }).click();
    await expect(dialog(page).getByText(/^That code does not match\./)).toBeVisible();
    await typed.fill(code);
    await dialog(page).getByRole("button", { name: "Verify" }).click();
    await saveCodes(page);
    await expect(page.getByText(/^E-mail authentication reset\./)).toBeVisible();
  });

  await test.step("Turn off", async () => {
    await button(page, "Add authenticator app").click();
    const secret = await dialog(page).locator(".secret").innerText();
    await dialog(page).getByLabel("Authentication code", { exact: true }).fill(appCode(secret));
    await dialog(page).getByRole("button", { name: "Verify" }).click();
    await expect(dialog(page), "the saved codes still count").toHaveCount(0);
    await off.click();
    await expect(dialog(page).getByRole("heading", { name: "Turn off e-mail authentication?" })).toBeVisible();
    await dialog(page).getByRole("button", { name: "Cancel" }).click();
    await expect(off).toBeFocused();
    await off.click();
    await dialog(page).getByRole("button", { name: "Turn off" }).click();
    await expect(rows(page, "Two-Factor Authentication")).toHaveCount(1);
    await expect(button(page, "Set up e-mail authentication")).toBeVisible();
    const letter = await demo.mail.wait(who.email, /was removed/);
    expect(letter.text).toContain("E-mail authentication was removed");
  });
});

test("an old proof is asked for again in the middle, and what was wanted is done after it", async ({ page, demo }) => {
  await openSettings(page, demo);
  let refused = 0;
  await page.route("**/api/v1/security/ways", async (route) => {
    if (refused++) return route.fallback();
    await route.fulfill({
      status: 403,
      contentType: "application/problem+json",
      body: JSON.stringify({
        type: "/api/docs#fresh_proof_needed",
        status: 403,
        title: "Prove again who you are",
        code: "fresh_proof_needed",
        reference: "0123456789abcdef",
      }),
    });
  });
  await button(page, "Add authenticator app").click();
  const proof = page.getByRole("dialog", { name: "Confirm that it is you" });
  await expect(proof.getByLabel("Password", { exact: true })).toBeFocused();
  await proof.getByRole("button", { name: "Continue" }).click();
  await expect(proof.getByText("Enter your password.")).toBeVisible();
  await proof.getByLabel("Password", { exact: true }).fill("not my password");
  await proof.getByRole("button", { name: "Continue" }).click();
  await expect(proof.getByText("That is not your password.")).toBeVisible();
  await proof.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.keyboard.press("Enter");
  await expect(proof).toHaveCount(0);
  await expect(dialog(page).locator(".secret")).toBeVisible();

  await test.step("giving up leaves everything as it was", async () => {
    await page.keyboard.press("Escape");
    refused = 0;
    await button(page, "Add authenticator app").click();
    await expect(proof).toBeVisible();
    await page.keyboard.press("Escape");
    await expect(page.getByRole("dialog")).toHaveCount(0);
    await expect(button(page, "Add authenticator app")).toBeFocused();
  });
});

test("the password is replaced, and only this browser stays signed in", async ({ page, demo, browser, complaints }) => {
  const who = await openSettings(page, demo);
  await button(page, "Change password").click();
  const current = dialog(page).getByLabel("Current password", { exact: true });
  const fresh = dialog(page).getByLabel("New password", { exact: true });
  const save = dialog(page).getByRole("button", { name: "Save password" });
  await expect(current).toBeFocused();
  await current.fill("not my password");
  await fresh.fill("abcdefgh");
  await expect(dialog(page).getByText("Easy to guess: too much repeats")).toBeVisible();
  await fresh.fill("short");
  await expect(dialog(page).getByText("3 characters are missing")).toBeVisible();
  await save.click();
  await expect(dialog(page).getByText(/^Too short\./)).toBeVisible();
  await fresh.fill(NEW);
  await save.click();
  await expect(dialog(page).getByText("That is not your current password.")).toBeVisible();
  await expect(current).toBeFocused();
  await current.fill(PASSWORD);
  await fresh.fill(PASSWORD);
  await save.click();
  await expect(dialog(page).getByText(/^That is the password you have now\./)).toBeVisible();
  await fresh.fill(NEW);
  await expect(dialog(page).getByText("Strong", { exact: true })).toBeVisible();
  await save.click();
  await expect(page.getByText("Password changed. Other browsers are signed out.")).toBeVisible();
  await expect(part(page, "Password").getByText(/^Last changed \d\d \w{3} \d{4}, \d\d:\d\d$/)).toBeVisible();
  await demo.mail.wait(who.email, /password .* was changed/);

  const context = await browser.newContext({ baseURL: demo.url, locale: "en-GB" });
  complaints.listen(context);
  const second = await context.newPage();
  await visit(second, "/acme");
  await enterPassword(second, who.account);
  await expect(second.getByText("Account and password do not match.")).toBeVisible();
  await enterPassword(second, who.account, NEW);
  await expect(heading(second, "Input authentication code")).toBeVisible();
  await context.close();
});

test("sessions are told apart and ended", async ({ page, demo, browser, complaints }) => {
  const who = await openSettings(page, demo);
  const secret = await addApp(page, "Pixel 8");
  await saveCodes(page);
  const other = await browser.newContext({
    baseURL: demo.url,
    userAgent: "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Mobile/15E148 Safari/604.1",
  });
  complaints.listen(other);
  await test.step("the app signs in elsewhere", async () => {
    const send = async (path: string, data: object) => {
      const answer = await other.request.post(`/api/v1/${path}`, { data });
      expect(answer.status(), await answer.text()).toBe(200);
      return answer.json();
    };
    const { attempt } = await send("companies/acme/sign-in", { account: who.account, password: PASSWORD });
    await send("sign-in/code/method", { attempt, method: "app" });
    // The code of this half minute added the app and is used up.
    const { step } = await send("sign-in/code", { attempt, code: appCode(secret, 30) });
    expect(step).toBe("signed_in");
  });
  await page.reload();
  await alive(page);
  await expect(rows(page, "Sessions")).toHaveCount(2);
  await expect(rows(page, "Sessions").first().getByText("This session")).toBeVisible();
  const phone = rows(page, "Sessions").filter({ hasText: "Safari on iPhone" });
  await expect(phone.getByText(/^Signed in .* from 127\.0\.0\.1$/)).toBeVisible();
  await phone.getByRole("button", { name: "End: Safari on iPhone" }).click();
  await dialog(page).getByRole("button", { name: "End" }).click();
  await expect(page.getByText("Ended. That browser is signed out.")).toBeVisible();
  await expect(rows(page, "Sessions")).toHaveCount(1);
  await expect(button(page, "End all others")).toHaveCount(0);
  expect((await other.request.get("/api/v1/session")).status()).toBe(401);
  const history = part(page, "Sessions").locator(".timeline > li");
  await expect(history.nth(0)).toContainText("Signed out from another browser");
  await expect(history.nth(1)).toContainText("Signed in");
  await expect(history.nth(1)).toContainText("From 127.0.0.1, reference ");
  await other.close();
});
