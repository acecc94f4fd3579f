// What the first visit's budget allows for a document (`xtask/src/test.rs`) is enough for the fullest one.
import { request } from "node:http";
import { Demo } from "./support/callgate";
import { NOWHERE } from "./support/states-sso";
import { expect, test } from "./support/test";

const ALLOWED = 10 * 512;

function transferred(url: string): Promise<number> {
  return new Promise((resolve, reject) => {
    // A connection of its own: one that is kept would keep the server from stopping.
    const asked = request(url, { agent: false, headers: { "accept-encoding": "br" } }, (answer) => {
      let bytes = 0;
      answer.on("data", (part: Buffer) => {
        bytes += part.length;
      });
      answer.on("end", () => resolve(bytes));
    });
    asked.on("error", reject);
    asked.end();
  });
}

test("a company's page is as small as its budget says", async () => {
  // With every button that there can be.
  const demo = await Demo.start(NOWHERE);
  try {
    for (const path of ["/", "/acme", "/northwind"]) expect(await transferred(`${demo.url}${path}`), path).toBeLessThanOrEqual(ALLOWED);
  } finally {
    await demo.stop();
  }
});
