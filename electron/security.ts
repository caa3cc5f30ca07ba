// The security policy of the desktop shell (DESIGN.md, "Processes"): the page is one origin without a network.
import { app, protocol, session, type WebContents } from "electron";
import { isPageUrl, pageScheme } from "./page.ts";

/** Chromium's own errands, none of which this app wants. Whatever is left finds no address to go to. */
const switches: readonly (readonly [name: string, value?: string])[] = [
  ["disable-background-networking"],
  ["disable-component-update"],
  ["disable-domain-reliability"],
  ["disable-sync"],
  ["no-pings"],
  // Below every other rule: no name and no address is found, by whatever part of the browser asks.
  ["host-resolver-rules", "MAP * ~NOTFOUND"],
];

/** What must be set before Electron is ready. */
export function hardenApp(): void {
  app.enableSandbox();
  for (const [name, value] of switches) app.commandLine.appendSwitch(name, value);
  protocol.registerSchemesAsPrivileged([
    { scheme: pageScheme, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
  ]);
  app.on("web-contents-created", (_event, contents) => hardenContents(contents));
}

/** What must be set once Electron is ready and before the window opens. `serve` answers the page's own requests. */
export function hardenSession(serve: (url: string) => Promise<Response>): void {
  app.configureHostResolver({ enableBuiltInResolver: false, secureDnsMode: "off" });
  protocol.handle(pageScheme, ({ url }) => serve(url));
  const { defaultSession } = session;
  defaultSession.webRequest.onBeforeRequest(({ url }, answer) => answer({ cancel: !mayLoad(url) }));
  // Photos and voice notes; what they record stays on this machine, since the page reaches no other.
  defaultSession.setPermissionRequestHandler((contents, permission, answer) =>
    answer(permission === "media" && isPageUrl(contents.getURL())),
  );
  defaultSession.setPermissionCheckHandler(
    (_contents, permission, origin) => permission === "media" && isPageUrl(`${origin.replace(/\/$/, "")}/`),
  );
  defaultSession.setDevicePermissionHandler(() => false);
  defaultSession.setSpellCheckerEnabled(false); // it would fetch dictionaries
}

/** What the page made itself, a photo or a voice note, too; in development also the developer tools, a page of their own. */
function mayLoad(url: string): boolean {
  return isPageUrl(url) || isPageUrl(url.replace(/^blob:/, "")) || (!app.isPackaged && url.startsWith("devtools://"));
}

/** Nothing may leave the page, open another or embed one. */
function hardenContents(contents: WebContents): void {
  const stayOnPage = (event: Electron.Event<{ url: string }>): void => {
    if (!isPageUrl(event.url)) event.preventDefault();
  };
  contents.on("will-navigate", stayOnPage);
  contents.on("will-frame-navigate", stayOnPage);
  contents.on("will-redirect", stayOnPage);
  contents.on("will-attach-webview", (event) => event.preventDefault());
  contents.setWindowOpenHandler(() => ({ action: "deny" }));
  // WebRTC asks neither webRequest nor the policy of the page; without UDP it is left to the resolver above.
  contents.setWebRTCIPHandlingPolicy("disable_non_proxied_udp");
}
