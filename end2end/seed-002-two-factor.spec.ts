// Seed 002 from "Source of the Verification Code" to "Account Lock", sentence by sentence, with each way of proving. A
// step that belongs to a sentence is named by it.
import type { Page } from "@playwright/test";
import {
  alive,
  button,
  enterCode,
  enterPassword,
  expect,
  field,
  heading,
  person,
  PASSWORD,
  reachCode,
  saveCodes,
  signInByApi,
  test,
  visit,
} from "./support/test";
import { Authenticator } from "./support/authenticator";

const TWO_LEFT = "You have 2 login attempts before your account is locked";
const ONE_LEFT = "You have 1 login attempt before your account is locked";
const LOCKED = "Your account is locked. Contact your administrator to unlock it.";

/** From the company's page to the code page of somebody whose code does not come by mail. */
async function reachOther(page: Page, account: string): Promise<void> {
  await visit(page, "/acme");
  await enterPassword(page, account);
  await expect(heading(page, "Input authentication code")).toBeVisible();
}

async function atDesk(page: Page): Promise<void> {
  await page.waitForURL("**/acme/desk");
  await expect(heading(page, "Home Dashboard")).toBeVisible();
}

async function signOut(page: Page): Promise<void> {
  const answer = await page.request.delete("/api/v1/session");
  expect(answer.status()).toBe(204);
}

test.describe("Source of the Verification Code", () => {
  test.use({ ownDemo: true });

  test("Authenticator App, from the first day on", async ({ page, demo }) => {
    const who = person("agent-first-day");
    let app = new Authenticator("");
    let codes: string[] = [];

    await test.step("the first day: a new password, then what proves who it is", async () => {
      await visit(page, "/acme");
      await enterPassword(page, who.account);
      await expect(heading(page, "Change your temporary password")).toBeVisible();
      await field(page, "New password").fill("red stapler basement");
      await button(page, "Save password").click();
      await expect(heading(page, "Input authentication code")).toBeVisible();
      await enterCode(page, await demo.mail.code(who.email));
      await expect(heading(page, "Set up two-factor authentication")).toBeVisible();
      await button(page, "Authenticator app").click();
      await expect(page.getByRole("img", { name: "QR code for your authenticator app" })).toBeVisible();
      app = new Authenticator((await page.locator(".secret").textContent()) ?? "");
    });

    await test.step("a code that the app does not show is refused, and nothing is lost", async () => {
      await enterCode(page, app.ahead(24 * 60 * 60));
      await expect(page.getByText("That code does not match.")).toBeVisible();
      await enterCode(page, app.ahead(300));
      await expect(page.getByText(/^Your phone's clock is \d:\d\d minutes ahead\. /)).toBeVisible();
      await page.reload();
      await alive(page);
      await expect(page.locator(".secret")).toHaveText(app.key);
    });

    await test.step(
      "10 Backup Codes will be generated and saved when you enable the 2FA of your account with Authenticator App.",
      async () => {
        await field(page, "Device name").fill("Work phone");
        await enterCode(page, await app.code());
        await expect(page.getByText("Step 2 of 2")).toBeVisible();
        await field(page, "Type one code").fill("none of these");
        await button(page, "Done").click();
        await expect(page.getByText("This is none of the codes above.")).toBeVisible();
        codes = await saveCodes(page);
        await atDesk(page);
      },
    );

    await test.step(
      "Authenticator App: You can get the dynamic six-digit verification code from the Authenticator App when you log in.",
      async () => {
        await signOut(page);
        await visit(page, "/acme");
        await enterPassword(page, who.account, "red stapler basement");
        await expect(page.getByText("Open the authenticator app on your phone")).toBeVisible();
        await expect(button(page, "Resend")).toHaveCount(0);
        await enterCode(page, await app.code());
        await atDesk(page);
      },
    );

    await test.step("10 Backup Codes: each of them is another way in, once", async () => {
      await signOut(page);
      await visit(page, "/acme");
      await enterPassword(page, who.account, "red stapler basement");
      await page.getByText("Try another way").click();
      await button(page, "Backup code").click();
      await expect(page.getByText("Type one of the backup codes you saved")).toBeVisible();
      await enterCode(page, (codes[0] as string).toLowerCase().replaceAll("-", " "));
      await atDesk(page);
      await demo.mail.wait(who.email, /backup code/i);
      await signOut(page);
      await visit(page, "/acme");
      await enterPassword(page, who.account, "red stapler basement");
      // A code with letters is tried as a backup code whatever way is shown.
      await enterCode(page, codes[0] as string);
      await expect(page.getByText("This code was used before. Use the next one.")).toBeVisible();
      await enterCode(page, codes[1] as string);
      await atDesk(page);
    });
  });

  test("Backup Code from the administrator leads to a new way", async ({ page, demo, browser, complaints }) => {
    const who = person("agent-totp");
    let code = "";

    await test.step(
      "Backup Code: If you can not get the verification code from the above sources. You can contact the administrator to " +
        "get the backup code for your account.",
      async () => {
        const context = await browser.newContext({ baseURL: demo.url });
        complaints.listen(context);
        await signInByApi(context.request, demo, person("admin"));
        const people = await (await context.request.get("/api/v1/users?search=agent-totp")).json();
        const made = await context.request.post(`/api/v1/users/${people.users[0].id}/backup-code`, {
          data: { reason: "Lost the phone" },
        });
        expect(made.status(), await made.text()).toBe(200);
        code = (await made.json()).code;
        await context.close();
        await reachOther(page, who.account);
        await page.getByText("Try another way").click();
        await expect(page.getByText("Your administrator can give you a backup code.")).toBeVisible();
        await enterCode(page, code);
      },
    );

    await test.step("nobody comes back tomorrow: something new is set up", async () => {
      await expect(heading(page, "Set up two-factor authentication")).toBeVisible();
      if (await button(page, "Authenticator app").isVisible()) await button(page, "Authenticator app").click();
      const app = new Authenticator((await page.locator(".secret").textContent()) ?? "");
      await enterCode(page, await app.code());
      await expect(heading(page, "Home Dashboard").or(heading(page, "Save your backup codes"))).toBeVisible();
      if (await heading(page, "Save your backup codes").isVisible()) await saveCodes(page);
      await atDesk(page);
      await signOut(page);
      await reachOther(page, who.account);
      await enterCode(page, code);
      await expect(page.getByText("This code was used before.")).toBeVisible();
      await enterCode(page, await app.code());
      await atDesk(page);
    });
  });
});

test.describe("Backup codes that run out", () => {
  test.use({ ownDemo: true });

  test("are told at the desk and by mail, until new ones are made", async ({ page, demo }) => {
    const who = person("agent-two-codes-left");
    const code = await reachCode(page, demo, who);
    await enterCode(page, code);
    await atDesk(page);
    await expect(page.getByRole("alert").getByText("You have 2 backup codes left.")).toBeVisible();
    await page.getByRole("link", { name: "Make new codes" }).click();
    await expect(heading(page, "Security Settings")).toBeVisible();
    await alive(page);
    await button(page, "Make new codes").click();
    const dialog = page.getByRole("dialog");
    const codes = dialog.getByRole("list", { name: "Backup codes" }).getByRole("listitem");
    await expect(codes).toHaveCount(10);
    await dialog.getByLabel("Type one code").fill((await codes.nth(2).textContent()) ?? "");
    await dialog.getByRole("button", { name: "Done" }).click();
    await expect(page.getByText("Backup codes saved.")).toBeVisible();
    await visit(page, "/acme/desk");
    await expect(heading(page, "Home Dashboard")).toBeVisible();
    await expect(page.getByText(/backup codes left/)).toHaveCount(0);
  });
});

test.describe("Actions", () => {
  test("Don’t ask again for 14/30/60/90 days", async ({ page, demo, browser, complaints }) => {
    const who = demo.agent();
    await test.step(
      "You can select to enable the “Don’t ask again for 14/30/60/90 days”, the system will disable the 2FA of your account " +
        "for next 14/30/60/90 days.",
      async () => {
        const code = await reachCode(page, demo, who);
        const fortnight = page.getByLabel("Don't ask again for 14 days");
        const month = page.getByLabel("Don't ask again for 30 days");
        await month.check();
        await fortnight.check();
        await expect(month).not.toBeChecked();
        await enterCode(page, code);
        await atDesk(page);
        await signOut(page);
        await visit(page, "/acme");
        await enterPassword(page, who.account);
        await atDesk(page);
      },
    );
    await test.step("another browser of the same person is asked", async () => {
      const context = await browser.newContext({ baseURL: demo.url, locale: "en-GB" });
      complaints.listen(context);
      const other = await context.newPage();
      await reachOther(other, who.account);
      await context.close();
    });
  });
});

test.describe("2FA Warning Messages", () => {
  test.use({ ownDemo: true });

  test("an authenticator app's wrong codes count like any other", async ({ page, demo }) => {
    const who = person("agent-totp");
    const app = demo.app(who.account);
    const wrong = async (code: string, text: string) => {
      await enterCode(page, code);
      await expect(field(page, "Authentication code")).toHaveValue("");
      await expect(page.getByText(text)).toBeVisible();
    };
    await reachOther(page, who.account);
    await test.step("Login Attempt Failed: the third and fourth are warned about, whatever way they tried", async () => {
      await wrong(app.ahead(86_400), "That code does not match.");
      await wrong(app.ahead(300), "Your phone's clock is");
      await expect(page.getByText(/before your account is locked/)).toHaveCount(0);
      await page.getByText("Try another way").click();
      await button(page, "Backup code").click();
      await wrong("AAAA-BBBB-CCCCC", "That code does not match.");
      await expect(page.getByText(TWO_LEFT, { exact: true })).toBeVisible();
      await wrong(app.ahead(172_800), "That code does not match.");
      await expect(page.getByText(ONE_LEFT, { exact: true })).toBeVisible();
    });
    await test.step("Account Lock", async () => {
      await enterCode(page, app.ahead(259_200));
      await expect(page.getByText(LOCKED, { exact: true })).toBeVisible();
      await demo.mail.wait(who.email, /is locked/);
      const again = await page.request.post("/api/v1/companies/acme/sign-in", {
        data: { account: who.account, password: PASSWORD },
      });
      expect(again.status()).toBe(403);
    });
  });
});
