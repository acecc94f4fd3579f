// "Single Sign-On" as an administrator comes to it; what has a provider is in single-sign-on.spec.ts.
import type { Stage } from "./states";
import { becomeAdministrator, button, expect, field, heading, visit } from "./test";

type Reach = (stage: Stage) => Promise<void>;

const singleSignOn: Reach = async (stage) => {
  await becomeAdministrator(stage.context, stage.demo);
  await visit(stage.page, "/acme/console/single-sign-on");
  await expect(heading(stage.page, "Single Sign-On")).toBeVisible();
};

export const SSO_CONSOLE_STATES: Record<string, Reach> = {
  "single-sign-on": singleSignOn,
  "single-sign-on-flawed": async (stage) => {
    await singleSignOn(stage);
    await stage.page.getByText("Set up Your company's own").click();
    await field(stage.page, "Issuer").fill("id.acme.example");
    await button(stage.page, "Save Your company's own").click();
    await expect(stage.page.getByText(/^Say how people know it/)).toBeVisible();
  },
  "single-sign-on-domain": async (stage) => {
    await singleSignOn(stage);
    await field(stage.page, "E-mail domain").fill("mail.acme.example");
    await button(stage.page, "Add the domain").click();
    await expect(stage.page.getByText("_callgate.mail.acme.example")).toBeVisible();
    await stage.page.getByText("_callgate.mail.acme.example").scrollIntoViewIfNeeded();
  },
};
