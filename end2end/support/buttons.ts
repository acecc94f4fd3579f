// Tests whose demo has providers' buttons, and nobody behind them.
import { Demo } from "./callgate";
import { NOWHERE } from "./states-sso";
import { test as base } from "./test";

export const test = base.extend<object, { shared: { demo(): Promise<Demo> } }>({
  shared: [
    async ({}, use) => {
      let started: Promise<Demo> | undefined;
      await use({ demo: () => (started ??= Demo.start(NOWHERE)) });
      await (await started)?.stop();
    },
    { scope: "worker" },
  ],
});
