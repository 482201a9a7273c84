import "../styles/base.css";

import { mount } from "svelte";

import WatchPage from "./WatchPage.svelte";

const target = document.querySelector("#app");
if (target) mount(WatchPage, { target });
