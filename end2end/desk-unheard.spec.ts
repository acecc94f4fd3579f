// Whom callers would not hear: the reason beside the status, a phone that gets no sound, a headset pulled out during a
// call, the same rule without Amazon Connect, and who is never asked for a microphone.
import type { BrowserContext, Page } from "@playwright/test";
import { call, choice, sitDown, status } from "./support/desk";
import { become, DEAN, firstTime, toDashboard } from "./support/first-minute";
import { atTheDesk, change, cure, lamp, lendEars, ready } from "./support/headset";
import { HEARING, launched, REFUSED, Simulator } from "./support/phone";
import { alive, button, expect, test } from "./support/test";

test.use({ ownDemo: true });

/** Nobody has clicked in a page that was just opened, so what the stand-in plays is not allowed to start. */
const TOO_EARLY = /AudioContext was not allowed to start/;
/** Milliseconds, a little more than a lost microphone may take to come back. */
const TOO_LONG = 11_500;

const beside = (page: Page) => page.locator("section.status .unheard");
const reminder = (page: Page) => page.getByRole("dialog", { name: "Callers need to hear you" });

test.describe("a phone that gets no sound", () => {
  test.use({ ears: launched(HEARING), permissions: ["microphone"] });

  test("from the start: nobody becomes available, and a click loads it anew", async ({ page, context, demo }) => {
    const simulator = await sitDown(page, context, demo);
    await expect(status(page)).toContainText("Lunch");
    await simulator.turn({ no_microphone: true });
    await page.reload();
    await alive(page);
    const words = "Your phone got no microphone, though this page has one.";
    await expect(beside(page)).toContainText(words, { timeout: 20_000 });
    await expect(beside(page)).toContainText("microphone_not_shared");
    await expect(lamp(page, "Phone window")).toContainText("No sound");
    await expect(lamp(page, "Microphone")).toContainText("Allowed");
    await choice(page, "Available").click();
    await expect(reminder(page)).toContainText(words);
    expect((await simulator.agent("agent")).status).toBe("Lunch");
    await simulator.turn({ no_microphone: false });
    await Promise.all([
      page.waitForEvent("load"),
      reminder(page).getByRole("button", { name: "Load this page again" }).click(),
    ]);
    await alive(page);
    await choice(page, "Available").click();
    await simulator.sees("agent", "Available");
    await expect(beside(page)).toHaveCount(0);
  });

  test("from a call on: it is not accepted, and the next status is not Available", async ({ page, context, demo }) => {
    const simulator = await sitDown(page, context, demo);
    await choice(page, "Available").click();
    await simulator.sees("agent", "Available");
    await simulator.turn({ no_microphone: true });
    await simulator.ring("agent");
    await expect(beside(page)).toContainText("Your phone got no microphone");
    await button(page, "Accept").click();
    await expect(reminder(page)).toBeVisible();
    await reminder(page).getByRole("button", { name: "Not now" }).click();
    await expect(call(page)).toContainText("Incoming call");
    await simulator.miss("agent");
    await button(page, "Close").click();
    await expect(page.getByText("You are now on Lunch: callers could not have heard you.")).toBeVisible();
    await simulator.sees("agent", "Lunch");
  });
});

test("a headset pulled out during a call: nothing hangs up, it is said, and afterwards nobody is available", async ({
  page,
  context,
  demo,
  complaints,
}) => {
  complaints.allow(TOO_EARLY);
  await lendEars(context, { permission: "granted" });
  const simulator = await sitDown(page, context, demo);
  await choice(page, "Available").click();
  await simulator.sees("agent", "Available");
  await simulator.ring("agent");
  await button(page, "Accept").click();
  await expect(call(page)).toContainText("On a call");
  await change(page, { plugged: [] });
  await expect(beside(page)).toContainText("Your microphone is gone. Plug in your headset again.");
  await page.waitForTimeout(TOO_LONG);
  await expect(call(page)).toContainText("On a call");
  expect((await simulator.agent("agent")).contact).toMatchObject({ state: "connected" });

  await button(page, "Hang up").click();
  await button(page, "Finish").click();
  await expect(page.getByText("You are now on Lunch: callers could not have heard you.")).toBeVisible();
  await simulator.sees("agent", "Lunch");
  await choice(page, "Available").click();
  await expect(reminder(page)).toBeVisible();
  await change(page, { plugged: ["Headset at desk 4"] });
  await expect(reminder(page)).toHaveCount(0);
  await choice(page, "Available").click();
  await simulator.sees("agent", "Available");
});

test.describe("without Amazon Connect", () => {
  test("the reason and its cure stand beside the status, whatever is closed below", async ({
    page,
    context,
    browser,
    demo,
    complaints,
  }) => {
    complaints.allow(TOO_EARLY);
    await lendEars(context, { permission: "prompt" });
    await atTheDesk(page, browser, demo);
    await expect(beside(page)).toContainText("Callers need to hear you");
    await ready(page).locator("summary").click();
    await expect(cure(page, "Allow microphone")).toHaveCount(0);
    await expect(beside(page)).toContainText("Your browser asks next: choose Allow.");
    const overflow = await page.evaluate(() => {
      const { scrollHeight, clientHeight } = document.documentElement;
      return scrollHeight - clientHeight;
    });
    expect(overflow).toBe(0);
    await beside(page).getByRole("button", { name: "Allow microphone" }).click();
    await expect(beside(page)).toHaveCount(0);
    await choice(page, "Available").click();
    await expect(status(page)).toContainText("Available");
  });

  test("a microphone may be gone for a moment; after ten seconds its person is not available", async ({
    page,
    context,
    browser,
    demo,
    complaints,
  }) => {
    complaints.allow(TOO_EARLY);
    await lendEars(context, { permission: "granted" });
    await atTheDesk(page, browser, demo);
    await choice(page, "Available").click();
    await expect(status(page)).toContainText("Available");
    await change(page, { plugged: [] });
    await expect(beside(page)).toContainText("Your microphone is gone.");
    await change(page, { plugged: ["Headset at desk 4"] });
    await expect(beside(page)).toHaveCount(0);
    await page.waitForTimeout(TOO_LONG);
    await expect(status(page)).toContainText("Available");

    await change(page, { plugged: [] });
    const said = page.getByText("You are now on Break: callers could not have heard you.");
    await expect(said).toBeVisible({ timeout: 15_000 });
    await expect(status(page)).toContainText("Break");
    const own = await (await page.request.get(`${demo.url}/api/v1/presence`)).json();
    expect(own.status).toMatchObject({ name: "Break", kind: "not_ready" });
    await choice(page, "Lunch").click();
    await expect(status(page)).toContainText("Lunch");
    await expect(said).toHaveCount(0);
  });
});

/** Turns a person's calls to their browser or their desk phone, as an administrator of Amazon Connect does. */
async function sendCalls(context: BrowserContext, simulator: Simulator, here: boolean): Promise<void> {
  const answer = await context.request.post(`${simulator.url}/${simulator.instance}/ask`, {
    data: { method: "updateAgentConfiguration", params: { configuration: { softphoneEnabled: here } }, framed: false },
  });
  expect(answer.status(), await answer.text()).toBe(200);
  expect(await answer.json()).not.toHaveProperty("err");
}

test.describe("who takes calls elsewhere is never asked", () => {
  test.use({ ears: launched(REFUSED) });

  async function isNeverAsked(page: Page): Promise<void> {
    const closed = ready(page).locator("details:not([open]) summary");
    if (await closed.count()) await closed.click();
    await expect(lamp(page, "Phone window")).toContainText("Connected");
    await expect(lamp(page, "Microphone")).toHaveCount(0);
    await expect(beside(page)).toHaveCount(0);
  }

  test("where only Amazon Connect says so", async ({ page, context, demo }) => {
    const simulator = await sitDown(page, context, demo);
    await expect(beside(page)).toBeVisible();
    await sendCalls(context, simulator, false);
    await expect(beside(page)).toHaveCount(0);
    await page.reload();
    await alive(page);
    await choice(page, "Available").click();
    await simulator.sees("agent", "Available");
    await isNeverAsked(page);
  });

  test("where only the account says so", async ({ page, context, demo }) => {
    const simulator = Simulator.of(demo, "dextr-docs");
    const della = { ...DEAN, account: "agent-deskphone", email: "agent-deskphone@docs-example.example" };
    await firstTime(page, demo, simulator, della);
    await sendCalls(context, simulator, true);
    await expect(page.getByText("Basic Routing Profile of dextr-docs")).toBeVisible();
    await page.reload();
    await alive(page);
    await expect(page.getByText("Basic Routing Profile of dextr-docs")).toBeVisible({ timeout: 20_000 });
    await expect(page.locator(".microphone")).toHaveCount(0);
    await toDashboard(page);
    await become(page, simulator, "Available", della);
    await isNeverAsked(page);
  });
});
