// How the suite runs: the system's Chromium, the program named by CALLGATE_BIN, two at a time.
import { defineConfig } from "@playwright/test";
import { ARGS, EXECUTABLE } from "./support/browser";

const pictures = Boolean(process.env.PICTURES);

export default defineConfig({
  testDir: ".",
  testMatch: pictures ? "pictures.spec.ts" : process.env.BENCH ? "*.bench.ts" : "*.spec.ts",
  testIgnore: pictures ? [] : ["pictures.spec.ts"],
  fullyParallel: true,
  workers: Number(process.env.WORKERS ?? 2),
  // At home a second try would only hide what people meet at the first. CI's machines are shared and may stall:
  // there it is made, and reported as flaky.
  retries: process.env.CI ? 1 : 0,
  forbidOnly: Boolean(process.env.CI),
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: [["list"]],
  use: {
    browserName: "chromium",
    locale: "en-GB",
    timezoneId: "Europe/Berlin",
    viewport: { width: 1093, height: 490 },
    actionTimeout: 10_000,
    navigationTimeout: 20_000,
    screenshot: "only-on-failure",
    trace: "retain-on-failure",
    launchOptions: { executablePath: EXECUTABLE, args: ARGS },
  },
});
