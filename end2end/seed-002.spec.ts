// Seed 002, "Account Login" and "Login Using Two-Factor Authentication", sentence by sentence. A step that belongs to
// a sentence is named by it. What the seed says of apps, backup codes and trust is in seed-002-two-factor.spec.ts.
// Sentences about ways that are not built yet (Google, Office 365) have no step.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { freePort, Served } from "./support/callgate";
import { MailServer } from "./support/mail";
import {
  alive,
  becomeAdministrator,
  button,
  enterCode,
  enterPassword,
  expect,
  field,
  heading,
  link,
  otherThan,
  person,
  reachCode,
  saveCodes,
  signIn,
  test,
  visit,
} from "./support/test";

const TWO_LEFT = "You have 2 login attempts before your account is locked";
const ONE_LEFT = "You have 1 login attempt before your account is locked";
const LOCKED = "Your account is locked. Contact your administrator to unlock it.";

/** Seconds that the countdown beside *Resend* shows. */
async function resendIn(page: Page): Promise<number> {
  const shown = await page.locator(".with-countdown").getByRole("timer").textContent();
  const [minutes, seconds] = (shown ?? "").split(":").map(Number);
  return (minutes ?? 0) * 60 + (seconds ?? 0);
}

test.describe("1.1 Account Login", () => {
  test("a new user goes from the first e-mail to the Agent Panel", async ({ browser, complaints }) => {
    const folder = await mkdtemp(join(tmpdir(), "callgate-end2end-"));
    const mail = new MailServer();
    await mail.start();
    const port = await freePort();
    const served = new Served(`http://127.0.0.1:${port}`, {
      CALLGATE_LISTEN: `127.0.0.1:${port}`,
      CALLGATE_DATA_DIR: folder,
      CALLGATE_SMTP_URL: mail.url,
      CALLGATE_MAIL_FROM: "Callgate <callgate@callgate.example>",
    });
    const context = await browser.newContext({ locale: "en-GB" });
    complaints.listen(context);
    try {
      served.command("company", "create", "--alias", "initech", "--name", "Initech Support", "--admin-email", "boss@initech.example");
      await served.start();
      served.command(
        ...["account", "create", "--company", "initech", "--username", "milton", "--email", "milton@initech.example"],
        ...["--name", "Milton W.", "--role", "agent", "--temporary-password"],
      );
      const page = await context.newPage();

      const facts = await test.step(
        "As a new user, you will receive an email with your account details. From the email, you can obtain the essential " +
          "login credentials, including Login URL, Company Name, Login Username, Login Email, and Login Password.",
        async () => {
          const letter = await mail.wait("milton@initech.example", /Your account at Initech Support/);
          const fact = (label: string) => {
            const found = new RegExp(`^${label}: (.+)$`, "m").exec(letter.text)?.[1];
            expect(found, `${label} in:\n${letter.text}`).toBeTruthy();
            return found as string;
          };
          expect(fact("Company Name")).toBe("Initech Support");
          expect(fact("Login Email")).toBe("milton@initech.example");
          return { url: fact("Login URL"), username: fact("Login Username"), password: fact("Login Password") };
        },
      );

      await test.step(
        "Open the browser and input the Login URL CloudCX installation domain to enter the login page.",
        async () => {
          expect(facts.url).toBe(`${served.url}/initech`);
          await visit(page, facts.url);
          await expect(heading(page, "Initech Support")).toBeVisible();
        },
      );

      await test.step(
        "Input the below essential login credentials, and click on “Sign in” to enter the system.",
        async () => {
          expect(facts.username).toBe("milton");
          await enterPassword(page, facts.username, facts.password);
        },
      );

      await test.step(
        "Password is used to verify identity and protect account security. The administrator sets the initial password.",
        async () => {
          // It comes from an e-mail, so it is good for this one sign-in only.
          await expect(heading(page, "Change your temporary password")).toBeVisible();
          await field(page, "New password").fill("red stapler basement");
          await button(page, "Save password").click();
          await expect(heading(page, "Input authentication code")).toBeVisible();
          await enterCode(page, await mail.code("milton@initech.example"));
        },
      );

      await test.step(
        "10 Backup Codes: 10 Backup Codes will be generated and saved when you enable the 2FA of your account with email.",
        async () => {
          await expect(heading(page, "Set up two-factor authentication")).toBeVisible();
          await expect(page.getByText("Step 1 of 2")).toBeVisible();
          await button(page, "Code by e-mail").click();
          await saveCodes(page);
        },
      );

      await test.step("The user with Agent role will enter the Agent Panel.", async () => {
        await page.waitForURL("**/initech/desk");
        await expect(heading(page, "Home Dashboard")).toBeVisible();
        await expect(page.getByRole("main")).toContainText("Milton W.");
      });
    } finally {
      await context.close();
      await served.stop();
      await mail.stop();
      await rm(folder, { recursive: true });
    }
    expect(complaints.take()).toEqual([]);
  });

  test("company, account and password", async ({ page, demo }) => {
    const byName = demo.agent();
    const byEmail = demo.agent();

    await test.step(
      "CloudCX enables Agents to log in using the correct Company Name, Account, and Password.",
      async () => {
        await visit(page, "/");
        await field(page, "Company name or instance alias").fill("  acme SUPPORT ");
        await button(page, "Continue").click();
        await page.waitForURL("**/acme");
        await alive(page);
        await expect(heading(page, "Acme Support")).toBeVisible();
        await enterPassword(page, byName.account, "not the password at all");
        await expect(page.getByRole("alert").getByText("Account and password do not match.")).toBeVisible();
        await expect(field(page, "Account")).toHaveValue(byName.account);
      },
    );

    await test.step("“Account” can fill in Login Username or Email.", async () => {
      await enterPassword(page, byName.account.toUpperCase());
      await expect(heading(page, "Input authentication code")).toBeVisible();
      await button(page, "Cancel").click();
      await page.waitForURL("**/acme");
      await alive(page);
      await enterPassword(page, byEmail.email);
      await expect(heading(page, "Input authentication code")).toBeVisible();
      await enterCode(page, await demo.mail.code(byEmail.email));
      await page.waitForURL("**/acme/desk");
      await expect(heading(page, "Home Dashboard")).toBeVisible();
    });
  });

  test.describe("an administrator", () => {
    test.use({ ownDemo: true });

    test("lands in the console, and unlocks", async ({ page, demo, browser, complaints }) => {
      await test.step(
        "If the user has an Admin role, they will be directed straight to the Admin console upon logging in.",
        async () => {
          await signIn(page, demo, person("admin"));
          await expect(page).toHaveURL(/\/acme\/console\/users$/);
          await expect(heading(page, "User Management")).toBeVisible();
        },
      );

      const locked = person("locked");
      const context = await browser.newContext({ baseURL: demo.url, locale: "en-GB" });
      complaints.listen(context);
      const theirs = await context.newPage();

      await test.step("You need to contact the administrator to unlock your account.", async () => {
        await visit(theirs, "/acme");
        await enterPassword(theirs, locked.account);
        await expect(theirs.getByText(LOCKED)).toBeVisible();
        await expect(theirs.getByRole("main").getByRole("link", { name: "4000" })).toBeVisible();

        await page.getByRole("navigation", { name: "Views" }).getByRole("link", { name: /^Locked/ }).click();
        await link(page, "Luca Locke").click();
        await expect(page.getByRole("heading", { name: "Luca Locke" })).toBeVisible();
        await button(page, "Unlock").click();
        const dialog = page.getByRole("dialog", { name: "Unlock Luca Locke" });
        await dialog.getByLabel("Reason", { exact: true }).selectOption("Mistyped the code");
        await dialog.getByRole("button", { name: "Unlock" }).click();
        await expect(page.getByText("Saved. Luca Locke can sign in again.")).toBeVisible();
        const letter = await demo.mail.wait(locked.email, /is unlocked/);
        expect(letter.text).toContain("Mistyped the code");
      });

      await test.step("Once verifying your account successful, you will be logged in the system.", async () => {
        await signIn(theirs, demo, locked);
        await expect(heading(theirs, "Home Dashboard")).toBeVisible();
      });
      await context.close();
    });
  });
});

test.describe("Login Using Two-Factor Authentication (2FA)", () => {
  test("the code comes by e-mail and opens the door", async ({ page, demo }) => {
    const who = demo.agent();
    let code = "";

    await test.step(
      "Input the essential login credentials in the login page, and click on “Sign in”. The system will send you the " +
        "six-digit verification code to your email automatically.",
      async () => {
        await visit(page, "/acme");
        await enterPassword(page, who.account);
        await expect(heading(page, "Input authentication code")).toBeVisible();
        code = await demo.mail.code(who.email);
        expect(code).toMatch(/^\d{6}$/);
        expect(demo.mail.all(who.email)).toHaveLength(1);
        await expect(page.getByText(/^We sent six digits to a•••@acme\.example at \d\d:\d\d\.$/)).toBeVisible();
      },
    );

    await test.step(
      "Input the six-digit verification code sent to your email and click on “Verify” to verify.",
      async () => {
        await expect(field(page, "Authentication code")).toBeFocused();
        await expect(field(page, "Authentication code")).toHaveAttribute("autocomplete", "one-time-code");
        // As people paste it: in two groups, and with a keyboard that has other digits.
        const arabic = [...code].map((digit) => String.fromCodePoint(0x0660 + Number(digit))).join("");
        await enterCode(page, ` ${arabic.slice(0, 3)} ${arabic.slice(3)} `);
      },
    );

    await test.step("Once verifying your account successful, you will be logged in the system.", async () => {
      await page.waitForURL("**/acme/desk");
      await expect(heading(page, "Home Dashboard")).toBeVisible();
      await expect(page.getByRole("main")).toContainText(who.account);
      await visit(page, "/acme");
      await expect(page.getByText(/^You are signed in as .+ \(Acme Support\)$/)).toBeVisible();
      await link(page, "Continue").click();
      await page.waitForURL("**/acme/desk");
    });
  });

  test("Resend", async ({ page, demo }) => {
    test.setTimeout(120_000);
    const who = demo.agent();
    const first = await reachCode(page, demo, who);
    const began = Date.now();

    await test.step("the wait is shown, survives a reload and follows the server", async () => {
      await expect(button(page, "Resend")).toBeDisabled();
      const before = await resendIn(page);
      expect(before).toBeGreaterThan(45);
      expect(before).toBeLessThanOrEqual(60);
      await page.reload();
      await alive(page);
      await expect(button(page, "Resend")).toBeDisabled();
      const after = await resendIn(page);
      expect(after).toBeLessThanOrEqual(before);
      expect(after).toBeGreaterThan(before - 15);
      // A clock that is put forward in this browser opens nothing: the server's time counts.
      await page.evaluate(() => {
        const now = Date.now.bind(Date);
        Date.now = () => now() + 50_000;
      });
      await expect.poll(() => resendIn(page)).toBeLessThan(15);
      await expect.poll(() => resendIn(page), { timeout: 15_000 }).toBeGreaterThan(20);
      await expect(button(page, "Resend")).toBeDisabled();
      await page.reload();
      await alive(page);
    });

    await test.step(
      "If you haven’t received the six-digit verification code within 60s, after 60s, you can click “Resend” to resend " +
        "the six-digit verification code to your email again.",
      async () => {
        await expect(button(page, "Resend")).toBeEnabled({ timeout: 75_000 });
        const waited = Date.now() - began;
        expect(waited).toBeGreaterThan(50_000);
        expect(waited).toBeLessThan(70_000);
        await button(page, "Resend").click();
        await expect(page.getByText("A new code is on its way. Only the newest one works.")).toBeVisible();
        await expect(button(page, "Resend")).toBeDisabled();
        const second = await demo.mail.code(who.email, 2);
        await enterCode(page, first);
        await expect(
          page.getByText(/^That code is from an earlier e-mail\. Use the one sent at \d\d:\d\d\.$/),
        ).toBeVisible();
        await enterCode(page, second);
        await page.waitForURL("**/acme/desk");
      },
    );
  });

  test("Cancel", async ({ page, demo }) => {
    const who = demo.agent();
    await reachCode(page, demo, who);
    await test.step(
      "After you input the six-digit verification code, click on “Cancel”. The verify page will be closed automatically, " +
        "and you will be back to the login page.",
      async () => {
        await field(page, "Authentication code").fill("123456");
        await button(page, "Cancel").click();
        await page.waitForURL("**/acme");
        await expect(heading(page, "Acme Support")).toBeVisible();
        await expect(field(page, "Account")).toBeVisible();
        await page.goto("/acme/code");
        await expect(page).toHaveURL(/\/acme\?notice=ended$/);
      },
    );
  });

  test("2FA Warning Messages", async ({ page, demo }) => {
    const who = demo.agent();
    const code = await reachCode(page, demo, who);
    const wrong = async (step: number) => {
      await enterCode(page, otherThan(code, step));
      await expect(field(page, "Authentication code")).toHaveValue("");
      await expect(page.getByText("That code does not match.")).toBeVisible();
      await expect(field(page, "Authentication code")).toBeFocused();
    };

    await test.step(
      "The system supports five login attempts to input the authentication code you receive from the Email or " +
        "Authenticator app.",
      async () => {
        await wrong(1);
        await wrong(2);
        await expect(page.getByText(/before your account is locked/)).toHaveCount(0);
      },
    );

    await test.step(
      "However, if you fail to log in on the third and fourth attempt, the Input Authentication Code page displays a " +
        "warning message: You have 2(1) login attempt(s) before your account is locked",
      async () => {
        await wrong(3);
        await expect(page.getByText(TWO_LEFT, { exact: true })).toBeVisible();
        await wrong(4);
        await expect(page.getByText(ONE_LEFT, { exact: true })).toBeVisible();
        await expect(page.getByText(TWO_LEFT, { exact: true })).toHaveCount(0);
      },
    );

    await test.step(
      "If you fail to input the correct code on 5 attempts, your account gets a lock. You need to contact the " +
        "administrator to unlock your account.",
      async () => {
        await enterCode(page, otherThan(code, 5));
        await expect(page.getByText(LOCKED, { exact: true })).toBeVisible();
        await expect(page.getByRole("alert").getByRole("link", { name: "4000" })).toBeVisible();
        await expect(field(page, "Authentication code")).toHaveCount(0);
        await demo.mail.wait(who.email, /is locked/);
        await link(page, "Back to the sign-in page").click();
        await page.waitForURL("**/acme");
        await alive(page);
        await enterPassword(page, who.account);
        await expect(page.getByText(LOCKED)).toBeVisible();
      },
    );
  });

  test("the fifth try may be the right one", async ({ page, demo }) => {
    const who = demo.agent();
    const code = await reachCode(page, demo, who);
    for (const step of [1, 2, 3, 4]) {
      await enterCode(page, otherThan(code, step));
      await expect(field(page, "Authentication code")).toHaveValue("");
    }
    await expect(page.getByText(ONE_LEFT, { exact: true })).toBeVisible();
    await enterCode(page, code);
    await page.waitForURL("**/acme/desk");
  });

  test("unlocking asks for the administrator's own password when their proof is old", async ({ page, context, demo }) => {
    await becomeAdministrator(context, demo);
    // Ten minutes cannot be waited for here, so the server's first answer is the one it gives after them.
    await page.route("**/api/v1/users/*/unlock", (route) =>
      route.fulfill({
        status: 403,
        contentType: "application/problem+json",
        body: JSON.stringify({
          type: "about:blank",
          status: 403,
          title: "Forbidden",
          code: "fresh_proof_needed",
          reference: "0198f6b2-7c1e-7d55-a1c3-2f7f9f5c3a10",
        }),
      }),
      { times: 1 },
    );
    await visit(page, "/acme/console/users?view=locked");
    await link(page, "Luca Locke").click();
    await button(page, "Unlock").click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Reason", { exact: true }).selectOption("The code came late");
    await dialog.getByRole("button", { name: "Unlock" }).click();
    await expect(dialog.getByText("It has been a while since you signed in.")).toBeVisible();
    await dialog.getByLabel("Password", { exact: true }).fill("not mine");
    await dialog.getByRole("button", { name: "Unlock" }).click();
    await expect(dialog.getByText("That is not your password. Try again.")).toBeVisible();
    await dialog.getByLabel("Password", { exact: true }).fill("shift-starts-at-eight");
    await dialog.getByRole("button", { name: "Unlock" }).click();
    await expect(page.getByText("Saved. Luca Locke can sign in again.")).toBeVisible();
  });
});

test.describe("Actions", () => {
  test("Language", async ({ page, demo }) => {
    const who = demo.agent();
    await test.step(
      "The system default language is set when the company is created, and it works for all users of the company. " +
        "You can click on “Language” to change the system language for yourself.",
      async () => {
        await visit(page, "/acme");
        await expect(page.locator("html")).toHaveAttribute("lang", "en");
        await field(page, "Language").selectOption({ label: "Deutsch" });
        await expect(page.locator("html")).toHaveAttribute("lang", "de");
        await alive(page);
        await field(page, "Konto").fill(who.account);
        await field(page, "Passwort").fill("shift-starts-at-eight");
        await button(page, "Anmelden").click();
        await expect(heading(page, "Authentifizierungscode eingeben")).toBeVisible();
        const letter = await demo.mail.wait(who.email, /Ihr Anmeldecode für Acme Support/);
        expect(letter.text).toContain("sechs Ziffern");
        await field(page, "Authentifizierungscode").fill(await demo.mail.code(who.email));
        await button(page, "Bestätigen").click();
        await page.waitForURL("**/acme/desk");
        await expect(heading(page, "Arbeitsplatz")).toBeVisible();
        await page.reload();
        await expect(page.locator("html")).toHaveAttribute("lang", "de");
      },
    );
  });

  test("Terms of Service, Privacy Policy", async ({ page }) => {
    await visit(page, "/acme");
    await test.step(
      "You can click on “Terms of Service” to view and check the website’s Terms of Service.",
      async () => {
        await link(page, "Terms of Service").click();
        await page.waitForURL("**/acme/terms");
        await expect(heading(page, "Terms of Service")).toBeVisible();
        await link(page, "Back to Acme Support").click();
        await page.waitForURL("**/acme");
      },
    );
    await test.step("You can click on “Privacy Policy” to view and check the website’s Privacy Policy.", async () => {
      await link(page, "Privacy Policy").click();
      await page.waitForURL("**/acme/privacy");
      await expect(heading(page, "Privacy Policy")).toBeVisible();
    });
  });
});
