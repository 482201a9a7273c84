import "../styles/base.css";

import { mount } from "svelte";

import { takeKey } from "../lib/key";
import StudioPage from "./StudioPage.svelte";

const target = document.querySelector("#app");
if (target) mount(StudioPage, { target, props: { key: takeKey(location, history, sessionStorage) } });
