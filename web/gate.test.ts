import { describe, expect, test } from "vitest";
import { Gate } from "./gate.ts";

const host = "127.0.0.1:4711";
const at = (path: string) => new URL(path, `http://${host}`);
const own = { host, origin: `http://${host}` };

/** Goes through the door as a browser does: the opening address, then the cookie. */
function entered() {
  const gate = new Gate(host);
  const opening = new URL(gate.openingUrl());
  const passage = gate.judge(opening, { host }, false);
  if (passage.kind !== "enter") throw new Error("the opening address did not work");
  return { gate, opening, cookie: passage.cookie.split(";")[0] ?? "", setCookie: passage.cookie };
}

describe("the web host's gate", () => {
  test("the opening address works once and leaves a cookie that scripts and other sites cannot use", () => {
    const { gate, opening, setCookie } = entered();
    expect(setCookie).toMatch(/HttpOnly/);
    expect(setCookie).toMatch(/SameSite=Strict/);
    expect(gate.judge(opening, { host }, false).kind).toBe("refuse");
  });

  test("with the cookie, page and socket pass; without it, neither", () => {
    const { gate, cookie } = entered();
    expect(gate.judge(at("/"), { host, cookie }, false).kind).toBe("pass");
    expect(gate.judge(at("/station"), { ...own, cookie }, true).kind).toBe("pass");
    expect(gate.judge(at("/"), { host }, false).kind).toBe("refuse");
    expect(gate.judge(at("/station"), own, true).kind).toBe("refuse");
  });

  test("another Host (DNS rebinding) or Origin (foreign page) is refused even with the cookie", () => {
    const { gate, cookie } = entered();
    expect(gate.judge(at("/"), { host: "evil.example:4711", cookie }, false).kind).toBe("refuse");
    expect(gate.judge(at("/station"), { host, origin: "http://evil.example", cookie }, true).kind).toBe("refuse");
    expect(gate.judge(at("/station"), { host, origin: "http://localhost:4711", cookie }, true).kind).toBe("refuse");
  });

  test("a socket without an Origin is no browser and is refused", () => {
    const { gate, cookie } = entered();
    expect(gate.judge(at("/station"), { host, cookie }, true).kind).toBe("refuse");
  });

  test("the token does not open a socket, and a wrong token or cookie opens nothing", () => {
    const gate = new Gate(host);
    const opening = new URL(gate.openingUrl());
    expect(gate.judge(new URL(`/station${opening.search}`, opening), own, true).kind).toBe("refuse");
    expect(gate.judge(at(`/?token=${"0".repeat(64)}`), { host }, false).kind).toBe("refuse");
    expect(gate.judge(at("/"), { host, cookie: `lithoscope=${"0".repeat(64)}` }, false).kind).toBe("refuse");
    expect(gate.judge(at("/"), { host, cookie: "lithoscope=" }, false).kind).toBe("refuse");
  });
});
