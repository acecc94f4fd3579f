// The desk of an agent with a phone, against the simulator of Amazon Connect: statuses, calls, the microphone, one tab,
// leaving, and what goes wrong.
import type { Page } from "@playwright/test";
import { call, choice, COMPANY, comeIn, DESK, phoneOf, sitDown, status } from "./support/desk";
import { ready } from "./support/headset";
import { DEAF, HEARING, launched, REFUSED } from "./support/phone";
import {
  alive,
  becomeAdministrator,
  button,
  expect,
  field,
  heading,
  signInByApi,
  test,
  visit,
} from "./support/test";

test.use({ ownDemo: true });

const overflow = (page: Page) =>
  page.evaluate(() => [
    document.documentElement.scrollHeight - document.documentElement.clientHeight,
    document.documentElement.scrollWidth - document.documentElement.clientWidth,
  ]);

test.describe("with a microphone", () => {
  test.use({ ears: launched(HEARING), permissions: ["microphone"] });

  test("starts at the first status that is not ready, and a reload during the shift changes nothing", async ({
    page,
    context,
    demo,
  }) => {
    const simulator = await sitDown(page, context, demo);
    await expect(status(page)).toContainText("Lunch");
    await simulator.sees("agent", "Lunch");
    await expect(choice(page, "Lunch")).toHaveAttribute("aria-pressed", "true");
    await expect(page.getByRole("group", { name: "Agent Status" }).getByRole("button")).toHaveText([
      "Available",
      "Lunch",
      "Training",
      "Offline",
    ]);
    await choice(page, "Available").click();
    await expect(status(page)).toContainText("Available");
    await simulator.sees("agent", "Available");
    await expect(page.locator(".now .timer")).toHaveText(/^0:0[2-9]$/, { timeout: 10_000 });
    await page.reload();
    await alive(page);
    await expect(choice(page, "Available")).toHaveAttribute("aria-pressed", "true", { timeout: 20_000 });
    await simulator.sees("agent", "Available");
    // User Management hears of it.
    const own = await (await page.request.get(`${demo.url}/api/v1/presence`)).json();
    expect(own.status).toMatchObject({ name: "Available", kind: "available" });
  });

  test("a call: rings, is accepted, muted, hung up, finished; the status afterwards is chosen meanwhile", async ({
    page,
    context,
    demo,
  }) => {
    const simulator = await sitDown(page, context, demo);
    await choice(page, "Available").click();
    await simulator.sees("agent", "Available");
    const title = await page.title();
    await simulator.ring("agent", "+493055501");
    await expect(call(page)).toContainText("Incoming call");
    await expect(call(page)).toContainText("+493055501");
    await expect(page.getByRole("alert").filter({ hasText: "Incoming call from +493055501" })).toHaveCount(1);
    await expect(page).toHaveTitle("Incoming call: +493055501");
    await expect(button(page, "Accept")).toBeFocused();
    await page.keyboard.press("Enter");
    await expect(call(page)).toContainText("On a call");
    await expect(page).toHaveTitle(title);
    await button(page, "Mute").click();
    await expect(page.getByText("Muted: the other end does not hear you.")).toBeVisible();
    await button(page, "Unmute").click();
    await expect(page.getByText("Muted: the other end does not hear you.")).toHaveCount(0);
    await choice(page, "Training").click();
    await expect(page.getByText("Training after this call")).toBeVisible();
    await button(page, "Hang up").click();
    await expect(call(page)).toContainText("After-call work");
    await button(page, "Finish").click();
    await expect(field(page, "Phone number")).toBeVisible();
    await expect(status(page)).toContainText("Training");
    await simulator.sees("agent", "Training");
  });

  test("a call that rings takes the focus from nobody who types; it can be refused and missed", async ({
    page,
    context,
    demo,
  }) => {
    const simulator = await sitDown(page, context, demo);
    await choice(page, "Available").click();
    await simulator.sees("agent", "Available");
    await field(page, "Phone number").pressSequentially("+49 30");
    await simulator.ring("agent");
    await expect(button(page, "Accept")).toBeVisible();
    await expect(field(page, "Phone number")).toBeFocused();
    await page.keyboard.type(" 555");
    await expect(field(page, "Phone number")).toHaveValue("+49 30 555");
    await button(page, "Reject").click();
    await expect(call(page)).toContainText("Missed call");
    await button(page, "Close").click();
    await expect(field(page, "Phone number")).toBeVisible();
  });

  test("calls somebody from what is typed and pasted", async ({ page, context, demo }) => {
    const simulator = await sitDown(page, context, demo);
    await expect(status(page)).toContainText("Lunch");
    const number = field(page, "Phone number");
    await number.focus();
    await page.keyboard.press("Enter");
    await expect(page.getByText("Type a number first.")).toBeVisible();
    await number.fill("tel:+49 (30) 555-02 x");
    await expect(number).toHaveValue("+49 (30) 555-02 ");
    await number.press("Enter");
    await expect(call(page)).toContainText("On a call");
    await expect(call(page)).toContainText("+493055502");
    expect((await simulator.agent("agent")).contact).toMatchObject({ number: "+493055502", inbound: false });
    await simulator.hangUp("agent");
    await expect(call(page)).toContainText("After-call work");
    await button(page, "Finish").click();
    await field(page, "Phone number").fill("+1");
    await field(page, "Phone number").press("Enter");
    await expect(page.getByText(/^Amazon Connect cannot call this number\./)).toBeVisible();
  });

  test("says in words why a status was not taken", async ({ page, context, demo }) => {
    const simulator = await sitDown(page, context, demo);
    await expect(status(page)).toContainText("Lunch");
    await simulator.turn({ no_status: true });
    await choice(page, "Training").click();
    await expect(page.getByRole("alert").filter({ hasText: /Amazon Connect/ })).toBeVisible();
    await expect(status(page)).toContainText("Lunch");
    await simulator.turn({ no_status: false });
    await choice(page, "Training").click();
    await expect(status(page)).toContainText("Training");
  });

  test("never scrolls at 1093×490, with a call or without, and fits 360 px", async ({ page, context, demo }) => {
    const simulator = await sitDown(page, context, demo);
    await page.setViewportSize({ width: 1093, height: 490 });
    expect(await overflow(page)).toEqual([0, 0]);
    await choice(page, "Available").click();
    await simulator.sees("agent", "Available");
    await simulator.ring("agent");
    await expect(button(page, "Accept")).toBeInViewport();
    await expect(button(page, "Reject")).toBeInViewport();
    expect(await overflow(page)).toEqual([0, 0]);
    await expect(page.getByRole("main").getByRole("button", { name: "Sign out", exact: true })).toBeInViewport();
    await page.setViewportSize({ width: 360, height: 740 });
    expect((await overflow(page))[1]).toBe(0);
    await expect(button(page, "Accept")).toBeInViewport();
  });

  test("Amazon Connect's own panel stays hidden until it is wanted", async ({ page, context, demo }) => {
    await sitDown(page, context, demo);
    const frame = page.locator(".phone-frame");
    await expect(frame).toHaveAttribute("aria-hidden", "true");
    await button(page, "Show phone").click();
    await expect(frame).not.toHaveAttribute("aria-hidden", "true");
    const box = await frame.boundingBox();
    expect(box?.width).toBeGreaterThanOrEqual(320);
    expect(box?.height).toBeGreaterThanOrEqual(460);
    await page.locator("#phone-drawer").getByRole("button", { name: "Hide phone" }).click();
    await expect(frame).toHaveAttribute("aria-hidden", "true");
  });

  test("signing out sets Offline first, says that Amazon Connect stays signed in, and ends that too", async ({
    page,
    context,
    demo,
  }) => {
    const simulator = await sitDown(page, context, demo);
    await expect(status(page)).toContainText("Lunch");
    await page.getByRole("main").getByRole("button", { name: "Sign out", exact: true }).click();
    await expect(heading(page, "You are signed out")).toBeVisible();
    await simulator.sees("agent", "Offline");
    expect((await page.request.get(`${demo.url}/api/v1/session`)).status()).toBe(401);
    await expect(page.getByText(/^Amazon Connect still has you signed in/)).toBeVisible();
    await expect(button(page, "Sign out of Amazon Connect")).toBeFocused();
    await button(page, "Sign out of Amazon Connect").click();
    await expect(page.getByText("You are signed out of Amazon Connect, too.")).toBeVisible();
    expect((await simulator.agent("agent")).browsers).toBe(0);
    await page.getByRole("link", { name: "Leave it and go back" }).click();
    await expect(page).toHaveURL(new RegExp(`/${COMPANY}\\?notice=signed_out`));
  });

  test("on a call, signing out waits for its end", async ({ page, context, demo }) => {
    const simulator = await sitDown(page, context, demo);
    await choice(page, "Available").click();
    await simulator.sees("agent", "Available");
    await simulator.ring("agent");
    await button(page, "Accept").click();
    await expect(call(page)).toContainText("On a call");
    await page.getByRole("main").getByRole("button", { name: "Sign out", exact: true }).click();
    await expect(page.getByText(/^You will be signed out when this call is over\./)).toBeVisible();
    expect((await page.request.get(`${demo.url}/api/v1/session`)).status()).toBe(200);
    await simulator.hangUp("agent");
    await expect(heading(page, "You are signed out")).toBeVisible();
    await simulator.sees("agent", "Offline");
  });

  test("a second tab explains itself, takes the desk over, but not during a call", async ({ page, context, demo }) => {
    const simulator = await sitDown(page, context, demo);
    await choice(page, "Available").click();
    await simulator.sees("agent", "Available");
    const other = await context.newPage();
    await visit(other, DESK);
    await expect(other.getByText(/^Your desk is open in another tab\./)).toBeVisible();
    await expect(status(other)).toContainText("Available");
    await expect(choice(other, "Lunch")).toHaveCount(0);
    await expect(other.locator("iframe")).toHaveCount(0);
    // What is ready, the tab says that has the desk.
    await expect(ready(page)).toBeVisible();
    await expect(ready(other)).toHaveCount(0);

    await page.bringToFront();
    await simulator.ring("agent");
    await button(page, "Accept").click();
    await expect(call(page)).toContainText("On a call");
    await other.bringToFront();
    await button(other, "Use it here").click();
    await expect(other.getByText(/Finish the call there first\.$/)).toBeVisible();

    await page.bringToFront();
    await button(page, "Hang up").click();
    await button(page, "Finish").click();
    await other.bringToFront();
    await button(other, "Use it here").click();
    await expect(choice(other, "Lunch")).toBeVisible({ timeout: 20_000 });
    await expect(status(other)).toContainText("Available");
    await expect(ready(other)).toBeVisible();
    // The one that lost it rings no more, says so, and can have it back.
    await expect(page.getByText(/^Your desk is open in another tab\./)).toBeVisible();
    await expect(page.locator("iframe")).toHaveCount(0);
    await page.bringToFront();
    await button(page, "Use it here").click();
    await expect(choice(page, "Lunch")).toBeVisible({ timeout: 20_000 });
    await expect(other.getByText(/^Your desk is open in another tab\./)).toBeVisible();
  });

  test("somebody else at Amazon Connect: both are named and nothing is offered", async ({ page, context, demo }) => {
    const simulator = phoneOf(demo);
    await simulator.signInBefore(context, "admin");
    await comeIn(page, demo, "agent");
    await visit(page, DESK);
    await expect(page.getByText(/^Amazon Connect has admin signed in, and this desk belongs to agent\./)).toBeVisible({
      timeout: 20_000,
    });
    await expect(choice(page, "Available")).toHaveCount(0);
    await expect(button(page, "Call")).toHaveAttribute("aria-disabled", "true");
    await expect(page.getByText("This phone belongs to somebody else.")).toBeVisible();
  });

  test("signed out at Amazon Connect elsewhere: said, with the way back", async ({ page, context, demo, complaints }) => {
    complaints.allow(/answer 401/, /refused to connect|Framing|frame-ancestors|X-Frame/i, /request failed/);
    const simulator = await sitDown(page, context, demo);
    await expect(status(page)).toContainText("Lunch");
    await simulator.signOut("agent");
    await expect(page.getByText(/^You are not signed in to Amazon Connect/)).toBeVisible({ timeout: 20_000 });
    await expect(button(page, "Sign in to Amazon Connect")).toBeVisible();
    await expect(page.getByText("Your phone is not ready yet.")).toBeVisible();
    // There is nothing to be seen in a frame whose sign-in page refuses it.
    await expect(page.locator("#phone-drawer")).toBeHidden();
    // The desk keeps its status.
    await expect(status(page)).toContainText(/Lunch|Offline/);
  });

  test("an agent without a phone has no phone, and the company's links", async ({ page, demo }) => {
    await comeIn(page, demo, "agent-no-phone");
    await visit(page, DESK);
    // From the company's list, in its language.
    await page.getByRole("group", { name: "Agent Status" }).getByRole("button").nth(1).click();
    await expect(status(page)).not.toContainText("Offline");
    await expect(page.getByRole("region", { name: "Desk links" })).toBeVisible();
    await expect(page.locator("iframe")).toHaveCount(0);
  });
});

for (const [name, ears] of [
  ["refused", REFUSED],
  ["absent", DEAF],
] as const) {
  test.describe(`with the microphone ${name}`, () => {
    test.use({ ears: launched(ears) });

    test("nobody becomes available, calls or accepts, and is reminded at every try", async ({ page, context, demo }) => {
      const simulator = await sitDown(page, context, demo);
      await expect(status(page)).toContainText("Lunch");
      const reminder = page.getByRole("dialog", { name: "Callers need to hear you" });
      await choice(page, "Available").click();
      await expect(reminder).toBeVisible();
      await reminder.getByRole("button", { name: "Not now" }).click();
      await expect(reminder).toHaveCount(0);
      await expect(page.locator(".unheard")).toBeVisible();
      await choice(page, "Training").click();
      await expect(status(page)).toContainText("Training");
      await field(page, "Phone number").fill("+493055502");
      await field(page, "Phone number").press("Enter");
      await expect(reminder).toBeVisible();
      expect((await simulator.agent("agent")).contact).toBeNull();
      expect((await simulator.agent("agent")).status).toBe("Training");
      await reminder.getByRole("button", { name: "Not now" }).click();
      await expect(page.getByText("Callers could not hear you. Set up your microphone first.")).toBeVisible();
    });

    test("a routable status that slips in is set back", async ({ page, context, demo }) => {
      const simulator = await sitDown(page, context, demo);
      await expect(status(page)).toContainText("Lunch");
      await choice(page, "Training").click();
      await simulator.sees("agent", "Training");
      await expect(page.locator(".unheard")).toBeVisible();
      await button(page, "Show phone").click();
      await page.frameLocator(".phone-frame iframe").getByLabel("Status").selectOption("Available");
      await expect(page.getByText("You are now on Lunch: callers could not have heard you.")).toBeVisible();
      await simulator.sees("agent", "Lunch");
    });
  });
}

test.describe("without Amazon Connect", () => {
  test.use({ ears: launched(DEAF) });

  test("seed 003: whoever takes calls in the browser is available with a microphone only", async ({
    page,
    browser,
    demo,
  }) => {
    const who = demo.agent();
    const admin = await browser.newContext({ baseURL: demo.url });
    await becomeAdministrator(admin, demo);
    const found = await (await admin.request.get(`/api/v1/users?search=${who.email}`)).json();
    const { user, version } = await (await admin.request.get(`/api/v1/users/${found.users[0].id}`)).json();
    const { name, username, email, roles } = user;
    const answer = await admin.request.put(`/api/v1/users/${user.id}`, {
      data: { version, name, username, email, roles, phone: "softphone", sso_only: false },
    });
    expect(answer.status(), await answer.text()).toBe(200);
    await admin.close();

    await signInByApi(page.request, demo, who);
    await visit(page, "/acme/desk");
    await expect(status(page)).toContainText("Break");
    await expect(page.locator(".unheard")).toBeVisible();
    await choice(page, "Available").click();
    const reminder = page.getByRole("dialog", { name: "Callers need to hear you" });
    await expect(reminder).toBeVisible();
    await reminder.getByRole("button", { name: "Not now" }).click();
    await expect(status(page)).toContainText("Break");
    await choice(page, "Lunch").click();
    await expect(status(page)).toContainText("Lunch");
  });
});
