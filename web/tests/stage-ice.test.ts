import { describe, expect, it } from "vitest";

import { IceServers, readIceServers } from "../src/stage/ice";
import { parseLinks } from "../src/stage/link-header";

const STUN = '<stun:stun.example.net>; rel="ice-server"';
const TURN =
  '<turn:turn.example.net?transport=udp>; rel="ice-server"; username="user"; ' +
  'credential="myPassword"; credential-type="password"';
const HOUR = 3_600_000;

describe("a Link header", () => {
  it.each([
    ["", []],
    ["rubbish", []],
    ["<a>", [["a", {}]]],
    ['<a>; rel="x y"', [["a", { rel: "x y" }]]],
    ["<a> ; REL=x;b", [["a", { rel: "x", b: "" }]]],
    [
      '<a>; rel="x", <b,c>;rel=y',
      [
        ["a", { rel: "x" }],
        ["b,c", { rel: "y" }],
      ],
    ],
    ['<a>; t="1, <2>; rel=\\"z\\""; rel=x', [["a", { t: '1, <2>; rel="z"', rel: "x" }]]],
    ["<a>; rel=x; rel=y", [["a", { rel: "x" }]]],
    ["<a>; rel=x, rubbish, <b>", [["a", { rel: "x" }]]],
    ["<a>; rel=x <b>; rel=y", []],
    ['<a>; rel="x', []],
  ])("%s", (header, expected) => {
    const links = parseLinks(header);
    expect(links.map(({ target, parameters }) => [target, Object.fromEntries(parameters)])).toEqual(expected);
  });
});

describe("ICE servers", () => {
  it("are read as RFC 9725 shows them", () => {
    expect(readIceServers(`${STUN}, ${TURN}`)).toEqual([
      { urls: "stun:stun.example.net" },
      { urls: "turn:turn.example.net?transport=udp", username: "user", credential: "myPassword" },
    ]);
  });

  it.each([
    ["another relation", '<stun:a>; rel="next"'],
    ["no relation", "<stun:a>"],
    ["another scheme", '<https://a>; rel="ice-server"'],
    ["TURN without credentials", '<turn:a>; rel="ice-server"; username="x"'],
    ["credentials of another type", TURN.replace('"password"', '"oauth"')],
  ])("leave out %s", (_, header) => {
    expect(readIceServers(header)).toEqual([]);
  });

  it("are asked for once, and anew after an hour", async () => {
    let now = 0;
    let asked = 0;
    const servers = new IceServers(
      () => Promise.resolve(`<stun:${++asked}.example>; rel="ice-server"`),
      () => now,
    );
    await Promise.all([servers.get(), servers.get()]);
    now = HOUR - 1;
    expect(await servers.get()).toEqual([{ urls: "stun:1.example" }]);
    now = HOUR;
    expect(await servers.get()).toEqual([{ urls: "stun:2.example" }]);
  });

  it("are done without when the stage does not tell, and asked for again next time", async () => {
    let asked = 0;
    const servers = new IceServers(() => {
      asked += 1;
      return asked === 1 ? Promise.reject(new Error("gone")) : Promise.resolve(STUN);
    });
    expect(await servers.get()).toEqual([]);
    expect(await servers.get()).toEqual([{ urls: "stun:stun.example.net" }]);
  });

  it("are never asked for where there are none", async () => {
    expect(await new IceServers(null).get()).toEqual([]);
  });
});
