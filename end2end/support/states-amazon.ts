// "Amazon Connect" as an administrator comes to it, and who asks to join.
import { comeIn, COMPANY, phoneOf } from "./desk";
import { askToJoin } from "./joining";
import type { Stage } from "./states";
import { button, expect, field, heading, visit } from "./test";

type Reach = (stage: Stage) => Promise<void>;

const amazonConnect: Reach = async ({ page, demo }) => {
  await phoneOf(demo).reset();
  await comeIn(page, demo, "admin");
  await visit(page, `/${COMPANY}/console/amazon-connect`);
  await expect(heading(page, "Amazon Connect")).toBeVisible();
};

const joining: Reach = async ({ page, demo }) => {
  await askToJoin(demo, COMPANY, "n.newman");
  await comeIn(page, demo, "admin");
  await visit(page, `/${COMPANY}/console/users/joining`);
  await expect(page.getByRole("heading", { name: "n.newman" })).toBeVisible();
};

export const AMAZON_STATES: Record<string, Reach> = {
  "amazon-connect": amazonConnect,
  "amazon-connect-flawed": async (stage) => {
    await amazonConnect(stage);
    await field(stage.page, "Amazon Connect address").fill("https://phone.evil.example");
    await button(stage.page, "Save").click();
    await expect(stage.page.getByText(/These hosts count/)).toBeVisible();
  },
  "amazon-connect-answers": async (stage) => {
    await phoneOf(stage.demo).signInBefore(stage.context, "agent");
    await comeIn(stage.page, stage.demo, "admin");
    await visit(stage.page, `/${COMPANY}/console/amazon-connect`);
    await button(stage.page, "Test").click();
    await expect(stage.page.getByText(/^Amazon Connect answers\./)).toBeVisible({ timeout: 20_000 });
    await stage.page.getByText(/^Amazon Connect answers\./).scrollIntoViewIfNeeded();
  },
  "amazon-connect-joining": joining,
};
