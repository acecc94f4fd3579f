// Seed 000, sentence by sentence: a company whose agents come in by Amazon Connect alone.
import {
  allowMicrophone,
  atDesk,
  become,
  DEAN,
  firstTime,
  present,
  proveByMail,
  secureLogin,
  status,
  summary,
  toDashboard,
} from "./support/first-minute";
import { blockWindows } from "./support/outside";
import { ASKED, DEAF, HEARING, launched, REFUSED, Simulator } from "./support/phone";
import { alive, button, type Demo, expect, field, heading, link, test, visit } from "./support/test";
import type { Page } from "@playwright/test";

test.use({ ownDemo: true });

const simulator = (demo: Demo) => Simulator.of(demo, "dextr-docs");

/** What the desk reminds of as long as callers would not hear the agent. */
const reminder = (page: Page) => page.getByRole("dialog", { name: "Callers need to hear you" });

test.describe("with a headset", () => {
  test.use({ ears: launched(HEARING) });

  test("the whole way: instance alias, Secure Login, Connect's window, summary, dashboard, a call", async ({
    page,
    demo,
  }) => {
    const there = simulator(demo);
    await visit(page, "/");
    await field(page, "Company name or instance alias").fill("dextr-docs");
    await button(page, "Continue").click();
    await page.waitForURL("**/docs-example");
    await alive(page);
    await expect(field(page, "Password")).toHaveCount(0);

    const phone = await secureLogin(page);
    await expect(phone.getByRole("heading", { name: "Amazon Connect" })).toBeVisible();
    await expect(page.getByText("The Amazon Connect window is open.")).toBeVisible();
    await there.signInAt(phone, "agent");

    await page.waitForURL("**/docs-example/bind", { timeout: 30_000 });
    await alive(page);
    await expect(page.getByText("You are signed in at Amazon Connect as")).toBeVisible();
    await expect(page.getByText("agent", { exact: true }).first()).toBeVisible();
    await proveByMail(page, demo, DEAN.account, DEAN.email);
    await summary(page);
    for (const words of ["Dean Dextr", "Docs Example", "Basic Routing Profile of dextr-docs"])
      await expect(page.getByText(words).first()).toBeVisible();
    await expect.poll(() => phone.isClosed(), "the window is gone").toBe(true);

    await toDashboard(page);
    // Never Available by itself.
    await expect.poll(async () => (await there.agent("agent")).status).not.toBe("Available");
    await become(page, there, "Available");
    await expect(present(page)).toContainText("Available");

    await there.ring("agent", "+493055501");
    await expect(page.getByText("+493055501", { exact: true })).toBeVisible();
    await button(page, "Accept").click();
    await there.sees("agent", "Busy");
    await button(page, "Hang up").click();
    await there.sees("agent", "AfterCallWork");
    await button(page, "Finish").click();
    await there.sees("agent", "Available");

    await field(page, "Phone number").fill("+493055502");
    await button(page, "Call").click({ force: true });
    await there.sees("agent", "Busy");
    await there.hangUp("agent");
    await button(page, "Finish").click();
    await become(page, there, "Lunch");
    await expect(present(page)).toContainText("Lunch");
  });

  test("from the second time on it is Secure Login, credentials, summary, dashboard", async ({ page, demo }) => {
    const there = simulator(demo);
    await firstTime(page, demo, there);
    await page.context().clearCookies({ name: /session/ });
    await there.signOut("agent");
    await visit(page, "/docs-example");
    const phone = await secureLogin(page);
    await there.signInAt(phone, "agent");
    await summary(page);
    await toDashboard(page);
  });

  test("whoever is signed in at Amazon Connect sees no window at all", async ({ page, demo }) => {
    const there = simulator(demo);
    await firstTime(page, demo, there);
    await page.context().clearCookies({ name: /session/ });
    await visit(page, "/docs-example");
    let windows = 0;
    page.on("popup", () => windows++);
    await button(page, "Secure Login").click();
    await summary(page);
    expect(windows).toBe(0);
  });

  test("a browser that stops windows is answered with a hint and two ways on", async ({ page, demo, context }) => {
    const there = simulator(demo);
    await firstTime(page, demo, there);
    await context.clearCookies({ name: /session/ });
    await there.signOut("agent");
    await blockWindows(context);
    await visit(page, "/docs-example");
    await button(page, "Secure Login").click();
    await expect(page.getByText("Your browser stopped the phone window.")).toBeVisible();
    await expect(page.getByText(/address bar/).first()).toBeVisible();
    const [tab] = await Promise.all([
      context.waitForEvent("page"),
      link(page, "Open it in a new tab").click(),
    ]);
    await there.signInAt(tab, "agent");
    await summary(page);
    await toDashboard(page);
  });

  test("signing out sets Offline first, and says that Amazon Connect stays signed in", async ({ page, demo, context }) => {
    const there = simulator(demo);
    await allowMicrophone(context, demo);
    await atDesk(page, demo, there);
    await become(page, there, "Available");
    await page.getByRole("main").getByRole("button", { name: "Sign out", exact: true }).click();
    await expect(heading(page, "You are signed out")).toBeVisible();
    await there.sees("agent", "Offline");
    await expect(page.getByText(/Amazon Connect still has you signed in/)).toBeVisible();
  });
});

// Seed: without permission the reminder comes "whenever you try to make a call or change your Agent Status".
for (const [what, ears, words] of [
  ["no headset", DEAF, "No microphone is connected."],
  ["a refused microphone", REFUSED, /You blocked the microphone|The question was closed/],
] as const) {
  test.describe(`with ${what}`, () => {
    test.use({ ears: launched(ears) });

    test("nobody becomes available, calls or is called, and every try is answered with the reason", async ({
      page,
      demo,
    }) => {
      const there = simulator(demo);
      await atDesk(page, demo, there);
      await status(page, "Available").click();
      await expect(reminder(page)).toBeVisible();
      const allow = reminder(page).getByRole("button", { name: "Allow microphone" });
      if (await allow.isVisible()) await allow.click();
      await expect(reminder(page).getByText(words)).toBeVisible();
      await button(page, "Not now").click();
      expect((await there.agent("agent")).status).not.toBe("Available");
      // Every other status works, and the reminder stays beside it.
      await become(page, there, "Training");
      await expect(page.getByText(words).first()).toBeVisible();
      await field(page, "Phone number").fill("+493055502");
      await button(page, "Call").click({ force: true });
      await expect(reminder(page)).toBeVisible();
      await button(page, "Not now").click();
      expect((await there.agent("agent")).contact).toBeNull();
    });
  });
}

test.describe("with a headset that is asked for", () => {
  test.use({ ears: launched(ASKED) });

  test("granted, revoked, granted: the desk follows without a reload", async ({ page, demo, context }) => {
    const there = simulator(demo);
    await allowMicrophone(context, demo);
    await atDesk(page, demo, there);
    await become(page, there, "Available");
    await context.clearPermissions();
    // Not ready after ten seconds.
    await expect.poll(async () => (await there.agent("agent")).status, { timeout: 25_000 }).not.toBe("Available");
    await allowMicrophone(context, demo);
    await expect(page.getByText("Callers need to hear you").filter({ visible: true })).toHaveCount(0);
    await become(page, there, "Available");
  });

  test("desk phones are never asked", async ({ page, demo }) => {
    const there = simulator(demo);
    const della = { ...DEAN, account: "agent-deskphone", email: "agent-deskphone@docs-example.example" };
    await atDesk(page, demo, there, della);
    await become(page, there, "Available", della);
    await there.ring("agent-deskphone");
    await button(page, "Accept").click();
    await there.sees("agent-deskphone", "Busy");
    await expect(page.getByText("Callers need to hear you").filter({ visible: true })).toHaveCount(0);
    await expect(heading(page, "Home Dashboard")).toBeVisible();
  });
});
