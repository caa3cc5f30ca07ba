// A stand-in for the parts of Electron that the shell uses, modelled on electron.d.ts. What the real one refuses at a
// wrong time or with a wrong argument, this one refuses too, so that a test fails where the app would.
import { EventEmitter } from "node:events";
import { existsSync } from "node:fs";
import { isAbsolute } from "node:path";

type Answer<Value> = (value: Value) => void;

/** One end of a channel. It can be handed over once; when either end closes, the other hears "close". */
export class FakePort extends EventEmitter {
  peer: FakePort | undefined;
  handedOver = false;
  open = true;
  postMessage(message: unknown): void {
    const copy: unknown = structuredClone(message);
    if (this.open) this.peer?.emit("message", { data: copy, ports: [] });
  }
  start(): void {}
  close(): void {
    if (!this.open) return;
    this.open = false;
    if (!this.peer?.open) return;
    this.peer.open = false;
    this.peer.emit("close");
  }
}

class FakeChannel {
  readonly port1 = new FakePort();
  readonly port2 = new FakePort();
  constructor() {
    this.port1.peer = this.port2;
    this.port2.peer = this.port1;
  }
}

export interface Post {
  readonly channel?: string;
  readonly message: unknown;
  readonly ports: FakePort[];
}

function handOver(message: unknown, transfer: unknown[]): Pick<Post, "message" | "ports"> {
  const ports = transfer.map((port, i) => {
    if (!(port instanceof FakePort)) throw new TypeError(`Invalid value for transfer at index ${i}`);
    if (port.handedOver) throw new Error(`Port at index ${i} is already neutered`);
    port.handedOver = true;
    return port;
  });
  return { message: structuredClone(message), ports };
}

/** A station process. `emit("message", …)` is its word to the shell. */
export class FakeUtilityProcess extends EventEmitter {
  pid: number | undefined = 4711;
  readonly posts: Post[] = [];
  killed = false;
  readonly modulePath: string;
  readonly args: string[];
  readonly options: { serviceName?: string };
  constructor(modulePath: string, args: string[], options: { serviceName?: string }) {
    super();
    this.modulePath = modulePath;
    this.args = args;
    this.options = options;
  }
  postMessage(message: unknown, transfer: unknown[] = []): void {
    const post = handOver(message, transfer);
    if (this.pid !== undefined) this.posts.push(post); // a process that ended hears nothing
  }
  kill(): boolean {
    this.killed = true;
    return this.pid !== undefined;
  }
  /** The process ends, and with it its ends of all channels. */
  exit(code: number): void {
    for (const { ports } of this.posts) for (const port of ports) port.close();
    this.emit("exit", code);
    this.pid = undefined;
  }
}

export class FakeContents extends EventEmitter {
  destroyed = false;
  readonly posts: Post[] = [];
  readonly reloads: number[] = [];
  webRtcPolicy = "default";
  windowOpen: (details: { url: string }) => { action: string } = () => ({ action: "allow" });
  #refuseIfDestroyed(): void {
    if (this.destroyed) throw new TypeError("Object has been destroyed");
  }
  postMessage(channel: string, message: unknown, transfer: unknown[] = []): void {
    this.#refuseIfDestroyed();
    this.posts.push({ channel, ...handOver(message, transfer) });
  }
  reload(): void {
    this.#refuseIfDestroyed();
    this.reloads.push(performance.now());
    this.load();
  }
  setWebRTCIPHandlingPolicy(policy: string): void {
    this.webRtcPolicy = policy;
  }
  setWindowOpenHandler(handler: (details: { url: string }) => { action: string }): void {
    this.windowOpen = handler;
  }
  /** A document is loaded in the place of the one before, whose ports close. */
  load(): void {
    for (const { ports } of this.posts) for (const port of ports) port.close();
    this.emit("did-navigate", {}, "");
    this.emit("did-finish-load");
  }
  /** The page tries to go somewhere; true if it is let. */
  tries(event: "will-navigate" | "will-frame-navigate" | "will-redirect", url: string): boolean {
    this.emit("did-start-navigation", { url, isMainFrame: true, isSameDocument: false });
    return !this.prevents(event, { url });
  }
  prevents(event: string, details: object): boolean {
    let prevented = false;
    this.emit(event, { ...details, preventDefault: () => (prevented = true) });
    return prevented;
  }
}

interface WindowOptions {
  readonly show?: boolean;
  readonly webPreferences?: { readonly preload?: string; readonly sandbox?: boolean } & Record<string, unknown>;
}

/** A fresh Electron, not ready yet. */
export class FakeElectron {
  isReady = false;
  readonly windows: EventEmitter[] = [];
  readonly stations: FakeUtilityProcess[] = [];
  readonly errorBoxes: { title: string; content: string }[] = [];
  readonly switches = new Map<string, string | undefined>();
  readonly paths = new Map<string, string>();
  readonly schemes = new Map<string, Record<string, boolean>>();
  readonly handlers = new Map<string, (request: { url: string }) => Promise<Response>>();
  sandboxed = false;
  spellChecker = true;
  hostResolver: Record<string, unknown> | undefined;
  otherInstance = false;
  quits = 0;
  menu: unknown = "default";
  beforeRequest: ((details: { url: string }, answer: Answer<{ cancel?: boolean }>) => void) | undefined;
  permissionRequest:
    | ((contents: { getURL(): string }, permission: string, answer: Answer<boolean>) => void)
    | undefined;
  permissionCheck: ((contents: unknown, permission: string, origin: string) => boolean) | undefined;
  devicePermission: (() => boolean) | undefined;

  readonly #onReady: (() => void)[] = [];

  /** Electron has started. */
  async becomeReady(): Promise<void> {
    this.isReady = true;
    for (const resolve of this.#onReady) resolve();
    await new Promise<void>((resolve) => process.nextTick(resolve));
  }

  #needs(ready: boolean, what: string): void {
    if (this.isReady !== ready) throw new Error(`${what} can only be used ${ready ? "after" : "before"} app is ready`);
  }

  readonly app = Object.assign(new EventEmitter(), {
    isPackaged: false,
    enableSandbox: (): void => {
      this.#needs(false, "app.enableSandbox");
      this.sandboxed = true;
    },
    requestSingleInstanceLock: (): boolean => !this.otherInstance,
    setPath: (name: string, path: string): void => {
      if (!isAbsolute(path)) throw new Error("Path must be absolute");
      if (!existsSync(path)) throw new Error(`Failed to set path ${path}`);
      this.paths.set(name, path);
    },
    whenReady: (): Promise<void> => (this.isReady ? Promise.resolve() : new Promise((go) => this.#onReady.push(go))),
    configureHostResolver: (options: Record<string, unknown>): void => {
      this.#needs(true, "app.configureHostResolver");
      this.hostResolver = options;
    },
    commandLine: {
      // The real one takes a late switch, but Chromium has read them all by then.
      appendSwitch: (name: string, value?: string): void => {
        this.#needs(false, "app.commandLine.appendSwitch");
        this.switches.set(name, value);
      },
    },
    /** Quits unless a "before-quit" listener holds it. */
    quit: (): void => {
      let held = false;
      this.app.emit("before-quit", { preventDefault: () => (held = true) });
      if (!held) this.quits += 1;
    },
  });

  readonly protocol = {
    registerSchemesAsPrivileged: (schemes: { scheme: string; privileges: Record<string, boolean> }[]): void => {
      this.#needs(false, "protocol.registerSchemesAsPrivileged");
      if (this.schemes.size > 0) throw new Error("protocol.registerSchemesAsPrivileged can be called only once");
      for (const { scheme, privileges } of schemes) this.schemes.set(scheme, privileges);
    },
    handle: (scheme: string, handler: (request: { url: string }) => Promise<Response>): void => {
      this.#needs(true, "protocol.handle");
      if (this.handlers.has(scheme)) throw new Error(`Failed to register protocol: ${scheme}`);
      this.handlers.set(scheme, handler);
    },
  };

  readonly session = ((fake: FakeElectron) => ({
    get defaultSession() {
      fake.#needs(true, "session.defaultSession");
      return {
        webRequest: {
          onBeforeRequest: (listener: FakeElectron["beforeRequest"]): void => {
            fake.beforeRequest = listener;
          },
        },
        setPermissionRequestHandler: (handler: FakeElectron["permissionRequest"]): void => {
          fake.permissionRequest = handler;
        },
        setPermissionCheckHandler: (handler: FakeElectron["permissionCheck"]): void => {
          fake.permissionCheck = handler;
        },
        setDevicePermissionHandler: (handler: FakeElectron["devicePermission"]): void => {
          fake.devicePermission = handler;
        },
        setSpellCheckerEnabled: (enabled: boolean): void => {
          fake.spellChecker = enabled;
        },
      };
    },
  }))(this);

  readonly utilityProcess = {
    fork: (modulePath: string, args: string[] = [], options: { serviceName?: string } = {}): FakeUtilityProcess => {
      this.#needs(true, "utilityProcess.fork");
      if (args.some((arg) => typeof arg !== "string")) throw new TypeError("args must be strings");
      const station = new FakeUtilityProcess(modulePath, args, options);
      this.stations.push(station);
      return station;
    },
  };

  readonly BrowserWindow = ((fake: FakeElectron) =>
    class extends EventEmitter {
      readonly webContents = new FakeContents();
      readonly options: WindowOptions;
      visible: boolean;
      minimized = false;
      focused = false;
      url: string | undefined;
      constructor(options: WindowOptions = {}) {
        fake.#needs(true, "BrowserWindow");
        super();
        const { preload } = options.webPreferences ?? {};
        if (preload !== undefined && !isAbsolute(preload)) throw new Error("preload script must have absolute path");
        // The real window opens and the preload script fails: a sandboxed one cannot be an ES module.
        if (preload !== undefined && !preload.endsWith(".cjs")) throw new Error("Cannot use import outside a module");
        this.options = options;
        this.visible = options.show ?? true;
        fake.windows.push(this);
        fake.app.emit("web-contents-created", {}, this.webContents);
      }
      async loadURL(url: string): Promise<void> {
        const { protocol } = new URL(url);
        if (!fake.handlers.has(protocol.slice(0, -1))) throw new Error(`ERR_UNKNOWN_URL_SCHEME loading ${url}`);
        this.url = url;
        this.emit("ready-to-show");
        this.webContents.load();
      }
      show(): void {
        this.visible = true;
      }
      focus(): void {
        this.focused = true;
      }
      isMinimized(): boolean {
        return this.minimized;
      }
      restore(): void {
        this.minimized = false;
      }
      isDestroyed(): boolean {
        return this.webContents.destroyed;
      }
      destroy(): void {
        this.webContents.destroyed = true;
        this.webContents.emit("destroyed");
        fake.app.emit("window-all-closed");
      }
    })(this);

  readonly MessageChannelMain = FakeChannel;

  readonly dialog = {
    showErrorBox: (title: string, content: string): void => void this.errorBoxes.push({ title, content }),
  };

  readonly Menu = {
    setApplicationMenu: (menu: unknown): void => {
      this.menu = menu;
    },
  };
}

export type FakeWindow = InstanceType<FakeElectron["BrowserWindow"]>;

let now = new FakeElectron();

/** Puts a fresh Electron in the place of the one before. */
export function startOver(): FakeElectron {
  now = new FakeElectron();
  return now;
}

/** What `import … from "electron"` gives in a test: `vi.mock("electron", …)` with this. */
export const electronModule = {
  get app() {
    return now.app;
  },
  get BrowserWindow() {
    return now.BrowserWindow;
  },
  get dialog() {
    return now.dialog;
  },
  get Menu() {
    return now.Menu;
  },
  get MessageChannelMain() {
    return now.MessageChannelMain;
  },
  get protocol() {
    return now.protocol;
  },
  get session() {
    return now.session;
  },
  get utilityProcess() {
    return now.utilityProcess;
  },
};
