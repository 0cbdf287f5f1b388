// Starts the page; if even that fails, says so in plain words instead of staying blank.

import { App } from "./app";
import { configFromAddress } from "./config";

const root = document.querySelector<HTMLElement>("#app");
if (root === null) throw new Error("index.html has no #app");

App.start(root, configFromAddress(window.location.search)).catch((error: unknown) => {
  console.error("The page could not start:", error);
  const text = document.createElement("p");
  text.setAttribute("role", "alert");
  text.textContent = "Slipstream could not start in this browser. Reload the page; if that does not help, try a current Chrome, Edge or Firefox.";
  root.replaceChildren(text);
});
