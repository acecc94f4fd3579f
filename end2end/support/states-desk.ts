// The desk of an agent with a phone, in its states.
import { expect } from "@playwright/test";
import { call, choice, comeIn, DESK, lendMicrophone, phoneOf, sitDown } from "./desk";
import type { Stage } from "./states";
import { button, field, heading, visit } from "./test";

async function ringing({ page, context, demo }: Stage): Promise<void> {
  await lendMicrophone(context);
  const simulator = await sitDown(page, context, demo);
  await choice(page, "Available").click();
  await simulator.sees("agent", "Available");
  await simulator.ring("agent", "+493055501");
  await expect(button(page, "Accept")).toBeVisible();
}

/** Where the agent is heard. */
const HEARD: Record<string, (stage: Stage) => Promise<void>> = {
  "desk-phone-ready": async ({ page, context, demo }) => {
    await lendMicrophone(context);
    const simulator = await sitDown(page, context, demo);
    await choice(page, "Available").click();
    await simulator.sees("agent", "Available");
    await field(page, "Phone number").fill("+49 30 555-02");
  },
  "desk-phone-ringing": ringing,
  "desk-phone-on-call": async (stage) => {
    await ringing(stage);
    await button(stage.page, "Accept").click();
    await expect(call(stage.page)).toContainText("On a call");
    await choice(stage.page, "Lunch").click();
    await expect(stage.page.getByText("Lunch after this call")).toBeVisible();
    await button(stage.page, "Mute").click();
  },
  "desk-phone-after-call": async (stage) => {
    await ringing(stage);
    await button(stage.page, "Accept").click();
    await expect(call(stage.page)).toContainText("On a call");
    await phoneOf(stage.demo).hangUp("agent");
    await expect(button(stage.page, "Finish")).toBeVisible();
  },
  "desk-phone-missed": async (stage) => {
    await ringing(stage);
    await phoneOf(stage.demo).miss("agent");
    await expect(call(stage.page)).toContainText("Missed call");
  },
  "desk-phone-signed-out": async ({ page, context, demo }) => {
    await lendMicrophone(context);
    await sitDown(page, context, demo);
    await page.getByRole("main").getByRole("button", { name: "Sign out", exact: true }).click();
    await expect(heading(page, "You are signed out")).toBeVisible();
  },
};

export const DESK_STATES: Record<string, (stage: Stage) => Promise<void>> = {
  ...HEARD,
  "desk-phone-unheard": async ({ page, context, demo }) => {
    await sitDown(page, context, demo);
    await expect(page.locator(".unheard")).toBeVisible();
  },
  "desk-phone-refused": async ({ page, context, demo }) => {
    await sitDown(page, context, demo);
    await choice(page, "Available").click();
    await expect(page.getByRole("dialog")).toBeVisible();
  },
  "desk-phone-drawer": async ({ page, context, demo }) => {
    await sitDown(page, context, demo);
    await button(page, "Show phone").click();
  },
  "desk-phone-somebody-else": async ({ page, context, demo }) => {
    await phoneOf(demo).signInBefore(context, "admin");
    await comeIn(page, demo, "agent");
    await visit(page, DESK);
    await expect(page.getByText(/^Amazon Connect has admin signed in/)).toBeVisible({ timeout: 20_000 });
  },
  "desk-phone-other-tab": async ({ page, context, demo }) => {
    const first = await context.newPage();
    await sitDown(first, context, demo);
    await visit(page, DESK);
    await expect(button(page, "Use it here")).toBeVisible();
  },
  "desk-phone-nobody": async ({ page, demo }) => {
    await phoneOf(demo).reset();
    await comeIn(page, demo, "agent");
    await visit(page, DESK);
    await expect(page.getByText(/^You are not signed in to Amazon Connect/)).toBeVisible({ timeout: 20_000 });
  },
};
