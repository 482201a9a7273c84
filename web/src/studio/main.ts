import "../styles/base.css";

import { mount } from "svelte";

import { arrive, bringsSecret } from "../lib/key";
import StudioPage from "./StudioPage.svelte";

const target = document.querySelector("#app");
if (target) mount(StudioPage, { target, props: { arrival: arrive(location, history, sessionStorage) } });

// a link that is opened in this tab changes nothing but the fragment
addEventListener("hashchange", () => {
  if (bringsSecret(location.hash)) location.reload();
});
