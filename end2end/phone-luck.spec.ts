// Bad input and bad luck between Callgate and Amazon Connect that only a browser shows, beside what `desk-phone.spec.ts`
// walks through at the desk.
import { call, phoneOf } from "./support/desk";
import {
  allowMicrophone,
  atDesk,
  become,
  DEAN,
  firstTime,
  present,
  secureLogin,
  status,
  summary,
  toDashboard,
} from "./support/first-minute";
import { HEARING, launched, Simulator } from "./support/phone";
import { alive, button, type Demo, expect, field, heading, PASSWORD, test, visit } from "./support/test";

test.use({ ownDemo: true, ears: launched(HEARING) });

const simulator = (demo: Demo) => Simulator.of(demo, "dextr-docs");

test.describe("at the desk", () => {
  test("what another origin posts is not the phone's word", async ({ page, demo, context }) => {
    const there = simulator(demo);
    await allowMicrophone(context, demo);
    await atDesk(page, demo, there);
    await become(page, there, "Lunch");
    // A page that holds a window of ours posts what the phone would.
    const [evil] = await Promise.all([
      context.waitForEvent("page"),
      page.evaluate((url) => window.open(url, "evil") && undefined, `${demo.phones}/`),
    ]);
    await evil.waitForLoadState();
    await evil.evaluate(() => {
      const say = (event: string, data?: unknown) => window.opener?.postMessage({ event, data }, "*");
      say("terminated");
      say("auth_fail");
      say("access_denied");
      say("agent::softphone_error", { errorType: "microphone_not_shared" });
      say("agent::update", { configuration: { username: "admin" }, snapshot: { state: { name: "Hacked" }, contacts: [] } });
    });
    await evil.close();
    await expect(status(page, "Training")).toBeEnabled();
    await expect(present(page)).toContainText("Lunch");
    await expect(page.getByText("Hacked")).toHaveCount(0);
    await become(page, there, "Training");
  });

  test("a phone that stops answering is named, and nothing is lost when it is back", async ({ page, demo, context }) => {
    const there = simulator(demo);
    await allowMicrophone(context, demo);
    await atDesk(page, demo, there);
    await become(page, there, "Available");
    await there.turn({ dead: true });
    await expect(page.getByText("Your phone does not answer.")).toBeVisible({ timeout: 20_000 });
    await there.turn({ dead: false });
    await expect(page.getByText("Your phone does not answer.")).toHaveCount(0, { timeout: 20_000 });
    expect((await there.agent("agent")).status).toBe("Available");
  });

  test("two browsers of one agent agree", async ({ page, demo, context, playwright }) => {
    test.slow();
    const there = phoneOf(demo);
    const another = await playwright.chromium.launch(launched(HEARING));
    const second = await another.newContext({ baseURL: demo.url });
    const other = await second.newPage();
    // Each is bound by itself, at the company with passwords: mailed codes are a minute apart for a person.
    for (const [desk, itself] of [
      [page, context],
      [other, second],
    ] as const) {
      await allowMicrophone(itself, demo);
      await there.signInBefore(itself, "agent");
      await desk.goto("/thedarkside?language=en");
      await visit(desk, "/thedarkside");
      await button(desk, "Secure Login").click();
      await desk.waitForURL("**/thedarkside/bind", { timeout: 30_000 });
      await alive(desk);
      await field(desk, "Account").fill("agent");
      await field(desk, "Password").fill(PASSWORD);
      await button(desk, "Bind").click();
      await summary(desk);
      await toDashboard(desk);
      await expect(status(desk, "Available")).toBeEnabled();
    }
    expect((await there.agent("agent")).browsers).toBe(2);
    for (const [at, name] of [
      [page, "Training"],
      [other, "Available"],
      [page, "Lunch"],
    ] as const) {
      await become(at, there, name);
      for (const desk of [page, other]) await expect(status(desk, name)).toHaveAttribute("aria-pressed", "true");
    }
    await become(page, there, "Available");
    await there.ring("agent");
    await button(other, "Accept").click();
    for (const desk of [page, other]) await expect(call(desk)).toContainText("On a call");
    await button(page, "Hang up").click();
    for (const desk of [page, other]) await expect(call(desk)).toContainText("After-call work");
    await another.close();
  });

  test("a minute without a network", async ({ page, demo, context, complaints }) => {
    test.setTimeout(150_000);
    complaints.allow(/request failed/, /Failed to load resource/, /net::ERR/);
    const there = simulator(demo);
    await allowMicrophone(context, demo);
    await atDesk(page, demo, there);
    await become(page, there, "Available");
    await context.setOffline(true);
    await expect(page.getByText(/You are offline|No connection/).first()).toBeVisible({ timeout: 20_000 });
    await page.waitForTimeout(60_000);
    await context.setOffline(false);
    await expect(page.getByText(/You are offline|No connection/)).toHaveCount(0, { timeout: 20_000 });
    expect((await there.agent("agent")).status).toBe("Available");
    await become(page, there, "Lunch");
  });
});

test.describe("on the way in", () => {
  test("a window closed half-way is noticed, and opened again", async ({ page, demo }) => {
    const there = simulator(demo);
    await visit(page, "/docs-example");
    const phone = await secureLogin(page);
    // A window that is gone at once was cut off by its own page; people type.
    await phone.getByLabel("Username").pressSequentially("agent", { delay: 1_000 });
    await phone.close();
    await expect(page.getByText("The Amazon Connect window was closed before your phone was there.")).toBeVisible();
    const [again] = await Promise.all([page.waitForEvent("popup"), button(page, "Secure Login").click()]);
    await there.signInAt(again, "agent");
    await page.waitForURL("**/docs-example/bind", { timeout: 30_000 });
  });

  test("a window left open is no error; whoever signs in after the library gave up still comes in", async ({ page, demo }) => {
    test.slow();
    test.setTimeout(180_000);
    const there = simulator(demo);
    await visit(page, "/docs-example");
    const phone = await secureLogin(page);
    // The library gives up after eleven reloads of its frame; by then nobody has typed anything.
    await page.waitForTimeout(75_000);
    await there.signInAt(phone, "agent");
    await page.waitForURL("**/docs-example/bind", { timeout: 40_000 });
  });

  test("a login page that forgets who opened it", async ({ page, demo }) => {
    const there = simulator(demo);
    await there.turn({ login_alone: true });
    await visit(page, "/docs-example");
    const phone = await secureLogin(page);
    await there.signInAt(phone, "agent");
    await page.waitForURL("**/docs-example/bind", { timeout: 30_000 });
  });

  test("a frame that takes fourteen seconds", async ({ page, demo }) => {
    test.slow();
    const there = simulator(demo);
    await firstTime(page, demo, there);
    await page.context().clearCookies({ name: /session/ });
    await there.turn({ slow: 14 });
    await visit(page, "/docs-example");
    let windows = 0;
    page.on("popup", () => windows++);
    await button(page, "Secure Login").click();
    await expect(heading(page, "Login summary")).toBeVisible({ timeout: 60_000 });
    expect(windows).toBeLessThanOrEqual(1);
  });

  test("a frame that is refused says whose permission is missing", async ({ page, demo, complaints }) => {
    complaints.allow(/refused to connect|Framing|frame-ancestors/i, /request failed/);
    test.slow();
    const there = simulator(demo);
    await there.signInBefore(page.context(), "agent");
    await there.turn({ refused: true });
    await visit(page, "/docs-example");
    await button(page, "Secure Login").click();
    await expect(page.getByRole("alert").filter({ hasText: /your company must allow this site there/ })).toBeVisible({
      timeout: 90_000,
    });
    await page.getByText("Text for your IT").click();
    await expect(page.getByText(/must be among the approved origins/)).toContainText(new URL(demo.url).origin);
  });

  test("somebody without access is told so", async ({ page, demo }) => {
    const there = simulator(demo);
    await there.signInBefore(page.context(), "agent");
    await there.turn({ access_denied: true });
    await visit(page, "/docs-example");
    await button(page, "Secure Login").click();
    await expect(page.getByText("Amazon Connect does not let this user use the phone.")).toBeVisible({ timeout: 20_000 });
  });

  test("a browser that claims another username is asked for proof, and named both when it does not fit", async ({ page, demo }) => {
    const there = simulator(demo);
    await firstTime(page, demo, there);
    await page.context().clearCookies({ name: /session/ });
    await there.turn({ claims: "admin" });
    await visit(page, "/docs-example");
    await button(page, "Secure Login").click();
    await page.waitForURL("**/docs-example/bind");
    await expect(page.getByText("admin", { exact: true }).first()).toBeVisible();
  });

  test("the second tab explains itself and follows", async ({ page, demo, context }) => {
    const there = simulator(demo);
    await visit(page, "/docs-example");
    const phone = await secureLogin(page);
    const second = await context.newPage();
    await visit(second, "/docs-example");
    await button(second, "Secure Login").click();
    await expect(second.getByText(/another tab|window is open|Waiting for your Amazon Connect/).first()).toBeVisible();
    await there.signInAt(phone, "agent");
    await page.waitForURL("**/docs-example/bind", { timeout: 30_000 });
    await alive(page);
  });
});
