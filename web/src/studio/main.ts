import "../styles/base.css";

import { mount } from "svelte";

import { arrive, bringsSecret } from "../lib/key";
import { tab } from "../lib/tab-storage";
import { takeErrand } from "../signin/errand";
import { takeReturn } from "../signin/returned";
import App from "./App.svelte";

// first of all: what the address brings is no sight for a stream
const returned = takeReturn(location, history);
const errand = takeErrand(location, history);
const arrival = arrive(location, history, tab.storage);

const target = document.querySelector("#app");
if (target) mount(App, { target, props: { arrival, coming: { returned, errand } } });

// a link that is opened in this tab changes nothing but the fragment
addEventListener("hashchange", () => {
  if (bringsSecret(location.hash)) location.reload();
});
