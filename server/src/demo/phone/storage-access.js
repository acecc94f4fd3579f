// The page with which Amazon Connect's library asks for the frame's cookies before it loads the frame.
const { instance, blocked } = document.querySelector("main").dataset;
const page = (event, data) => window.parent.postMessage({ event, data }, "*");
let landing = `/${instance}/ccp-v2/`;

function granted() {
  page("storageAccess::granted", {});
  window.location.replace(landing);
}

document.getElementById("grant").addEventListener("click", async () => {
  try {
    await document.requestStorageAccess();
    await fetch(`/${instance}/in-frame`, { method: "POST" });
    granted();
  } catch {
    document.getElementById("said").textContent = "Your browser did not allow it.";
    page("storageAccess::denied", {});
  }
});

window.addEventListener("message", async ({ source, data }) => {
  if (source !== window.parent || data?.event !== "storageAccess::request") return;
  if (data.data?.landat) landing = new URL(data.data.landat, window.location.origin).pathname;
  const hasAccess = (await document.hasStorageAccess()) && blocked !== "true";
  page("storageAccess::init", { hasAccess });
  if (hasAccess) granted();
});
