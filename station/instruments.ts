import type { Connection, DeviceStatus, InstrumentsFound, KnownInstrument } from "../contract/device.ts";
import { fromProblem, type LithoscopeError, type Problem, toProblem } from "../contract/errors.ts";
import type { InstrumentIdentity, InstrumentProfile } from "../contract/reading.ts";
import { canBeOn, type Driver, type Port, type SerialDriver, type UsbDriver } from "../devices/driver.ts";
import { driverOf } from "../devices/drivers.ts";
import { FolderInstrument } from "../devices/folder/instrument.ts";
import { gnss } from "../devices/gnss/registration.ts";
import { Instrument } from "../devices/instrument.ts";
import type { ExtraPorts, ListPorts } from "../devices/ports/list.ts";
import { type LastPlace, likelyPlaces } from "../devices/ports/places.ts";
import { type Recorded, ReplayInstrument } from "../devices/replay/instrument.ts";
import { specimenOf } from "../devices/simulators/ocean-obp/specimens.ts";
import type { GivenFile } from "../devices/source.ts";
import type { Audience } from "./audience.ts";
import { type Demo, startDemo } from "./demo.ts";
import { Finding } from "./instruments/finding.ts";
import { type Held, isConnected, type Owner } from "./instruments/held.ts";
import type { Memory, RememberedInstrument } from "./instruments/memory.ts";
import {
  driverUnknown,
  duplicate,
  nobodyThere,
  noneChosen,
  noneReady,
  notFound,
  notTheSame,
  purposeUnknown,
  stillConnected,
} from "./instruments/problems.ts";
import type { AppendableEvent } from "./journal/session.ts";
import { exposuresWanted, measurementRunning } from "./measure.ts";
import { Positions } from "./positions.ts";
import { Queue } from "./queue.ts";
import { type Recorder, stationEnding } from "./recorder.ts";

/** The demo instrument is a Raman spectrometer with the usual field laser. */
const demoProfile: InstrumentProfile = { technique: "raman", excitationNm: 785 };

export interface InstrumentsParts {
  audience: Audience;
  recorder: Recorder;
  memory: Memory;
  extra: ExtraPorts;
  /** USB devices that are no serial port. */
  listUsb: ListPorts;
  /** A file came into a watched folder while no measurement waited for it. */
  onFile(file: GivenFile): Promise<void>;
  /** Whether a file with this SHA-256 became a measurement before. */
  wasMeasured(sha256: string): boolean;
  /** The measurements to be played; throws what a person must know. */
  recorded(from: Extract<Connection, { kind: "replay" }>["from"]): Promise<{
    title: string;
    recorded: readonly [Recorded, ...Recorded[]];
  }>;
}

/**
 * The instruments of the station: those it was started with, those it remembers and finds again wherever they are plugged
 * in, watched folders, playbacks, the demo instrument, and the receiver of positions. Coming and going is told to the
 * pages and written into the journal.
 */
export class Instruments {
  readonly positions: Positions;
  readonly #parts: InstrumentsParts;
  readonly #audience: Audience;
  readonly #recorder: Recorder;
  readonly #memory: Memory;
  readonly #finding: Finding;
  /** In the order in which they came. */
  readonly #all = new Set<Held>();
  /** The demo instrument is started and stopped by one request at a time. */
  readonly #demoChanges = new Queue();
  readonly #connects = new Queue();
  #closed = false;
  #demo: { demo: Demo; held: Held } | undefined;

  constructor(parts: InstrumentsParts) {
    this.#parts = parts;
    this.#audience = parts.audience;
    this.#recorder = parts.recorder;
    this.#memory = parts.memory;
    this.positions = new Positions(parts.audience, parts.memory, (last) => this.#places(last, gnss));
    this.#finding = new Finding({
      extra: parts.extra,
      listUsb: parts.listUsb,
      onPorts: () => this.#portsChanged(),
      onChange: () => this.#tellFound(),
    });
  }

  /** Takes charge of the ports that the station was started with, and of what it remembers. To be called once. */
  async start(named: readonly { port: string; profile: InstrumentProfile }[]): Promise<void> {
    await this.#finding.look();
    for (const { port, profile } of named) {
      const driver = driverWithId(this.#finding.recognised(port)?.driver ?? "ocean-obp");
      this.#hold({ kind: "named", driver, profile, last: { path: port } });
    }
    for (const { folder, technique } of this.#memory.folders) this.#holdFolder(folder, { technique });
    this.positions.start();
    this.#connectRemembered();
  }

  statuses(): DeviceStatus[] {
    return [...this.#all].map((held) => {
      const { owner } = held;
      const { status } = owner;
      const measurementMs = owner.source === "spectrometer" ? owner.expectedMs(exposuresWanted) : undefined;
      const name = this.#nameOf(held);
      return {
        ...status,
        source: owner.source,
        chosen: this.#isChosen(held),
        ...(measurementMs && { measurementMs }),
        ...(name && { name }),
      };
    });
  }

  /** The instruments that MEASURE uses now, in the order that a person chose. Throws no-instrument. */
  chosen(): Owner[] {
    const ready = [...this.#all].filter(({ owner }) => owner.status.state === "ready");
    if (ready.length === 0) throw noneReady();
    const order = this.#memory.chosen ?? [];
    const rank = ({ owner }: Held) => {
      const at = order.indexOf(owner.status.id);
      return at < 0 ? order.length : at;
    };
    const chosen = ready.filter((held) => this.#isChosen(held)).sort((a, b) => rank(a) - rank(b));
    if (chosen.length === 0) throw noneChosen();
    return chosen.map(({ owner }) => owner);
  }

  /** Throws instrument-not-found, no-instrument, interlock-open, device-refused. */
  async armLaser(id: string): Promise<void> {
    const { owner } = this.#heldWith(id);
    if (owner.source !== "spectrometer") throw notFound(id);
    await owner.armLaser();
  }

  /** The spectrometer in charge with this serial number. Throws instrument-not-found. */
  bySerial(serialNumber: string): Instrument {
    for (const { owner } of this.#all) {
      if (owner.source === "spectrometer" && owner.status.instrument?.serialNumber === serialNumber) return owner;
    }
    throw notFound(serialNumber);
  }

  /** Puts something else under the demo instrument's probe. Throws usage, no-instrument. */
  async placeUnderDemo(specimen: string): Promise<void> {
    specimenOf(specimen, demoProfile.technique);
    if (this.#demo === undefined) throw notFound("the demo instrument");
    await this.#demo.demo.place({ specimen });
  }

  /** Light off on every instrument. Throws light-not-confirmed if one with a light did not confirm it. */
  async stopLight(): Promise<void> {
    const lit = [...this.#all].map(({ owner }) => owner).filter((owner) => owner.source === "spectrometer");
    await Promise.all(
      lit.filter((owner) => owner.status.lightOn !== undefined).map((instrument) => instrument.stopLight()),
    );
  }

  found(): InstrumentsFound {
    const known = this.#memory.instruments.map(asKnown);
    const used = (path: string) => this.positions.port === path || this.#connectedAt(path) !== undefined;
    return { ports: this.#finding.found(used, this.#memory.instruments), known };
  }

  /** Asks on every serial port that nobody uses who is there. */
  async find(): Promise<InstrumentsFound> {
    await this.#finding.look();
    const free = this.#finding.ports.filter(
      ({ path, link }) => link === "serial" && !this.positions.has(path) && !this.#lookedForAt(path),
    );
    await this.#finding.askAll(free.map(({ path }) => path));
    return this.found();
  }

  /** Throws a port-… or device-… problem, technique-unknown, file problems of a playback; nothing is kept then. */
  connect(connection: Connection): Promise<{ id: string }> {
    if (this.#closed) throw stationEnding();
    switch (connection.kind) {
      case "port":
        return this.#connects.run(() => this.#connectPort(connection));
      case "folder":
        return this.#connects.run(() => this.#connectFolder(connection));
      case "replay":
        return this.#connects.run(() => this.#connectReplay(connection));
    }
  }

  /** Throws instrument-not-found, measurement-running. */
  async disconnect(id: string): Promise<void> {
    if (this.positions.has(id)) return this.positions.disconnect();
    const held = this.#heldWith(id);
    if (held.kind === "demo") return this.stopDemo();
    if (held.owner.status.state === "measuring") throw measurementRunning();
    const remembered = this.#memory.instrument(id);
    if (remembered) await this.#memory.remember({ ...remembered, connects: false });
    if (held.kind === "folder") await this.#memory.leaveFolder(held.last.path);
    await this.#drop(held);
  }

  /** Throws instrument-not-found. */
  retry(id: string): void {
    if (this.positions.has(id)) this.positions.retry();
    else this.#heldWith(id).owner.retry();
  }

  /** Throws instrument-not-found. */
  async describe(
    id: string,
    change: { name?: string | undefined; profile?: InstrumentProfile | undefined },
  ): Promise<void> {
    const held = [...this.#all].find(({ owner }) => owner.status.id === id);
    const remembered = this.#memory.instrument(id);
    const folder =
      held?.kind === "folder" ? this.#memory.folders.find((one) => one.folder === held.last.path) : undefined;
    if (remembered === undefined && folder === undefined) throw notFound(id);
    const { name, profile } = change;
    if (remembered !== undefined) {
      const { name: before, ...rest } = remembered;
      const named = name ?? before;
      await this.#memory.remember({ ...rest, ...(named && { name: named }), profile: profile ?? remembered.profile });
    }
    if (folder !== undefined) {
      const named = name ?? folder.name;
      const technique = profile?.technique ?? folder.technique;
      await this.#memory.watchFolder({ folder: folder.folder, technique, ...(named && { name: named }) });
    }
    if (profile !== undefined && held !== undefined && held.owner.source !== "replay") held.owner.profile = profile;
    this.#tell();
    this.#tellFound();
  }

  /** Throws instrument-not-found, instrument-connected. */
  async forget(id: string): Promise<void> {
    const held = [...this.#all].find(({ owner }) => owner.status.id === id);
    if (held !== undefined && isConnected(held)) throw stillConnected(id);
    if (this.#memory.instrument(id) === undefined) throw notFound(id);
    if (held !== undefined) await this.#drop(held);
    await this.#memory.forget(id);
    this.#tellFound();
  }

  async choose(ids: string[]): Promise<void> {
    await this.#memory.choose(ids);
    this.#tell();
  }

  /**
   * Starts the demo instrument; one that runs is replaced. Throws usage (no such mineral), measurement-running,
   * port-failed, station-gone.
   */
  startDemo(mineral: string): Promise<void> {
    return this.#demoChanges.run(async () => {
      if (this.#closed) throw stationEnding();
      specimenOf(mineral, demoProfile.technique); // throws while the one that runs still does
      await this.#stopDemo();
      const demo = await startDemo(mineral);
      const last = { path: demo.port };
      const driver = driverWithId("ocean-obp");
      const held = this.#hold({
        kind: "demo",
        driver,
        profile: demoProfile,
        last,
        wanted: true,
        portEnded: demo.ended,
      });
      this.#demo = { demo, held };
      this.#tell();
    });
  }

  /** Throws measurement-running. */
  stopDemo(): Promise<void> {
    return this.#demoChanges.run(() => this.#stopDemo());
  }

  async #stopDemo(): Promise<void> {
    if (this.#demo === undefined) return;
    const { demo, held } = this.#demo;
    if (held.owner.status.state === "measuring") throw measurementRunning();
    this.#demo = undefined;
    try {
      await this.#drop(held);
    } finally {
      demo.stop();
      this.#tell();
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#finding.close();
    await this.stopDemo();
    await Promise.all([this.positions.close(), ...[...this.#all].map(({ owner }) => owner.close())]);
  }

  async #connectPort(connection: Extract<Connection, { kind: "port" }>): Promise<{ id: string }> {
    const { path, name } = connection;
    await this.#finding.look();
    const there = this.#connectedAt(path);
    if (there !== undefined) {
      await this.describe(there.owner.status.id, { name, profile: connection.profile });
      return { id: there.owner.status.id };
    }
    const recognition = await this.#recognition(path, connection.driver);
    const driver = driverOf(recognition.driver);
    if (driver === undefined) throw driverUnknown(recognition.driver);
    const place: LastPlace = this.#finding.port(path) ?? { path };
    if (driver.link === "position") {
      await this.positions.connect({ ...place, baud: recognition.baud });
      return { id: path };
    }
    const { serialNumber, baud } = recognition;
    const remembered = serialNumber === undefined ? undefined : this.#memory.instrument(serialNumber);
    const byKind = driver.technique && driver.technique !== "raman" ? { technique: driver.technique } : undefined;
    const profile = connection.profile ?? remembered?.profile ?? byKind;
    if (profile === undefined) throw purposeUnknown(path);
    const away = [...this.#all].find((held) => !isConnected(held) && held.serialNumber === serialNumber);
    if (away !== undefined && serialNumber !== undefined) await this.#drop(away);
    const outcome = Promise.withResolvers<DeviceStatus>();
    const held = this.#hold({
      kind: "known",
      driver,
      profile,
      last: place,
      lastBaud: baud,
      serialNumber,
      wanted: true,
      onOutcome: (status) => outcome.resolve(status),
    });
    const status = await outcome.promise;
    if (status.state !== "ready") {
      await this.#drop(held);
      throw fromProblem(status.problem ?? toProblem(nobodyThere(path)));
    }
    if (name !== undefined) await this.describe(status.id, { name });
    return { id: status.id };
  }

  /** Who is on the port, by the operator's word, by what was said there before, or by asking. */
  async #recognition(path: string, driver: string | undefined) {
    const before = this.#finding.recognised(path);
    if (before !== undefined && (driver === undefined || driver === before.driver)) return before;
    if (driver !== undefined) return { driver, serialNumber: undefined, baud: undefined };
    const answer = await this.#finding.ask(path);
    if (answer === undefined) throw nobodyThere(path);
    return answer;
  }

  async #connectFolder({ folder, technique, name }: Extract<Connection, { kind: "folder" }>): Promise<{ id: string }> {
    for (const held of this.#all) if (held.kind === "folder" && held.last.path === folder) await this.#drop(held);
    const outcome = Promise.withResolvers<DeviceStatus>();
    const held = this.#holdFolder(folder, { technique }, (status) => outcome.resolve(status));
    const status = await outcome.promise;
    if (status.state !== "ready") {
      await this.#drop(held);
      throw fromProblem(status.problem ?? toProblem(notFound(folder)));
    }
    await this.#memory.watchFolder({ folder, technique, ...(name && { name }) });
    this.#tell();
    return { id: status.id };
  }

  async #connectReplay({ from }: Extract<Connection, { kind: "replay" }>): Promise<{ id: string }> {
    const { title, recorded } = await this.#parts.recorded(from);
    const id = `replay:${"sessionId" in from ? from.sessionId : from.folder}`;
    for (const held of this.#all) if (held.kind === "replay" && held.last.path === id) await this.#drop(held);
    const held: Held = this.#held("replay", undefined, { path: id }, (onStatus) => {
      return new ReplayInstrument({ id, title, recorded, onStatus });
    });
    await this.#want(held);
    return { id };
  }

  #holdFolder(folder: string, profile: InstrumentProfile, onOutcome?: (status: DeviceStatus) => void): Held {
    const { onFile, wasMeasured } = this.#parts;
    const onProblem = (problem: Problem) => this.#audience.tell("problem", problem);
    return this.#held("folder", undefined, { path: folder }, (onStatus) => {
      const options = { folder, profile, onFile, onProblem, wasMeasured };
      return new FolderInstrument({
        ...options,
        onStatus: (status) => {
          onStatus(status);
          if (status.state !== "connecting") onOutcome?.(status);
        },
      });
    });
  }

  #hold(options: {
    kind: "named" | "known" | "demo";
    driver: SerialDriver | UsbDriver;
    profile: InstrumentProfile;
    last: LastPlace;
    lastBaud?: number | undefined;
    serialNumber?: string | undefined;
    wanted?: boolean;
    portEnded?: Promise<void>;
    onOutcome?: (status: DeviceStatus) => void;
  }): Held {
    const { kind, driver, profile, last, lastBaud, portEnded, onOutcome } = options;
    let gone = false;
    const giveUp = () => {
      if (gone && held.owner.status.state === "lost") held.owner.close().catch((error) => this.#complain(error));
    };
    const held: Held = this.#held(kind, driver, last, (onStatus) => {
      return new Instrument({
        port: last.path,
        profile,
        lastBaud,
        connect: driver.connect,
        onStatus: (status) => {
          onStatus(status);
          if (status.state !== "connecting") onOutcome?.(status);
          giveUp();
        },
        // The demo's port is its own: when it has ended, its name may become another program's.
        ...(kind === "demo"
          ? {}
          : { where: () => this.#placesOf(held), refuse: (...who) => this.#refusal(held, ...who) }),
      });
    });
    held.serialNumber = options.serialNumber;
    held.wanted = options.wanted ?? false;
    void portEnded?.then(() => {
      gone = true;
      giveUp();
    });
    held.owner.start();
    return held;
  }

  /** Takes charge. A folder or playback starts at once; an instrument when its record is complete. */
  #held(
    kind: Held["kind"],
    driver: SerialDriver | UsbDriver | undefined,
    last: LastPlace,
    make: (onStatus: (status: DeviceStatus) => void) => Owner,
  ): Held {
    let before: DeviceStatus | undefined;
    const onStatus = (status: DeviceStatus) => {
      this.#follow(held, before, status);
      before = status;
    };
    const held: Held = {
      owner: make(onStatus),
      driver,
      kind,
      port: last.path,
      serialNumber: undefined,
      last,
      everReady: false,
      lostMs: undefined,
      refused: false,
      wanted: false,
    };
    this.#all.add(held);
    if (held.owner.source !== "spectrometer") held.owner.start();
    return held;
  }

  async #drop(held: Held): Promise<void> {
    this.#all.delete(held);
    await held.owner.close();
    this.#tell();
    this.#tellFound();
  }

  /** Draws the consequences of a new status: remembers, journals, tells. */
  #follow(held: Held, before: DeviceStatus | undefined, now: DeviceStatus): void {
    if (now.state === "lost" && (before?.state === "ready" || before?.state === "measuring"))
      held.lostMs = performance.now();
    if (now.state === "ready" && before?.state === "connecting") this.#connected(held, now);
    this.#note(before, now);
    // One that never came in this run, and in whose place another sits, is not missing: it is not here.
    const notHere = now.state === "lost" && held.kind === "known" && held.refused && !held.everReady && !held.wanted;
    if (notHere) void this.#drop(held).catch((error) => this.#complain(error));
    this.#tell();
    if (now.state !== before?.state) this.#tellFound();
  }

  #connected(held: Held, { instrument, profile, port }: DeviceStatus): void {
    held.everReady = true;
    held.refused = false;
    const { owner } = held;
    if (owner.source === "spectrometer" && held.kind !== "demo" && instrument !== undefined) {
      const { serialNumber, model } = instrument;
      const { usb, adapter } = this.#finding.port(port) ?? { usb: undefined, adapter: undefined };
      held.serialNumber = serialNumber;
      held.last = { path: port, usb, adapter };
      const baud = owner.baud;
      const known = this.#memory.instrument(serialNumber);
      const plug = { path: port, ...(usb && { usb }), ...(adapter && { adapter }), ...(baud && { baud }) };
      this.#keep(
        this.#memory.remember({
          serialNumber,
          driver: held.driver?.id ?? "",
          model,
          ...(known?.name && { name: known.name }),
          profile,
          plug,
          lastSeenAt: new Date().toISOString(),
          connects: held.kind === "known" || (known?.connects ?? false),
        }),
      );
    }
    if (held.wanted) this.#keep(this.#want(held));
    held.wanted = false;
  }

  /** A person has just asked for it, so MEASURE uses it, whatever was chosen before. */
  async #want({ owner }: Held): Promise<void> {
    const { id } = owner.status;
    const { chosen } = this.#memory;
    if (chosen !== undefined && !chosen.includes(id)) await this.#memory.choose([...chosen, id]);
    this.#tell();
  }

  /** Why what answered is not this instrument; undefined if it is. */
  #refusal(held: Held, identity: InstrumentIdentity, path: string): LithoscopeError | undefined {
    const { serialNumber } = identity;
    const twin = [...this.#all].find(
      (other) => other !== held && isConnected(other) && other.owner.status.id === serialNumber,
    );
    const mayBeAnother = held.serialNumber === undefined || (held.kind === "named" && path === held.port);
    const refusal =
      twin !== undefined
        ? duplicate(identity, path, twin.owner.status.port)
        : held.serialNumber === serialNumber || mayBeAnother
          ? undefined
          : notTheSame(held.serialNumber ?? "", identity, path);
    if (refusal === undefined) return undefined;
    held.refused = true;
    this.#finding.note(path, { driver: held.driver?.id ?? "", serialNumber, model: identity.model });
    // It may be another one that is remembered: its turn comes when this one has given the port free.
    setImmediate(() => this.#connectRemembered());
    return refusal;
  }

  #portsChanged(): void {
    if (this.#closed) return;
    for (const { owner } of this.#all) if (owner.source === "spectrometer") owner.portsChanged();
    this.positions.portsChanged();
    this.#connectRemembered();
    this.#tellFound();
  }

  /** Remembered instruments that may be plugged in now and of which nobody has charge. */
  #connectRemembered(): void {
    if (this.#closed) return;
    for (const { serialNumber, driver, profile, plug, connects } of this.#memory.instruments) {
      if (!connects || [...this.#all].some((held) => held.serialNumber === serialNumber)) continue;
      const known = driverOf(driver);
      if (known === undefined || known.link === "position") continue;
      // Where somebody else said who it is, this one is not.
      const open = this.#places(plug, known).filter(({ path }) => {
        const said = this.#finding.recognised(path)?.serialNumber;
        return said === undefined || said === serialNumber;
      });
      if (open.length === 0) continue;
      this.#hold({ kind: "known", driver: known, profile, last: plug, lastBaud: plug.baud, serialNumber });
    }
  }

  /** Where a plug may be now that nobody has. */
  #places(last: LastPlace, driver: Driver, held?: Held): Port[] {
    const free = this.#finding.ports.filter((port) => {
      const user = this.#connectedAt(port.path);
      const receiver = driver.link !== "position" && this.positions.port === port.path;
      return (user === undefined || user === held) && !receiver && canBeOn(driver, port);
    });
    const lostMs = held?.lostMs;
    return likelyPlaces(last, free, {
      named: (port) => this.#finding.isNamed(port),
      appeared: (port) => lostMs !== undefined && this.#finding.appearedAfter(port, lostMs),
    });
  }

  /** Of one that nobody has met yet only the port that a person pointed at: anything else would be another instrument. */
  #placesOf(held: Held): Port[] {
    if (held.driver === undefined) return [];
    const places = this.#places(held.last, held.driver, held);
    return held.serialNumber === undefined ? places.filter(({ path }) => path === held.port) : places;
  }

  #connectedAt(path: string): Held | undefined {
    return [...this.#all].find(
      (held) => held.owner.source === "spectrometer" && isConnected(held) && held.owner.status.port === path,
    );
  }

  /** An instrument that is away may be just about to open the port. */
  #lookedForAt(path: string): boolean {
    return [...this.#all].some(
      (held) =>
        held.owner.source === "spectrometer" &&
        held.owner.status.port === path &&
        (isConnected(held) || held.owner.status.state === "connecting"),
    );
  }

  #heldWith(id: string): Held {
    const held = [...this.#all].find(({ owner }) => owner.status.id === id);
    if (held === undefined) throw notFound(id);
    return held;
  }

  /** Unless a person chose: all but folders, whose files come by themselves. */
  #isChosen(held: Held): boolean {
    const { chosen } = this.#memory;
    if (chosen === undefined || held.kind === "demo") return held.kind !== "folder";
    return chosen.includes(held.owner.status.id);
  }

  #nameOf(held: Held): string | undefined {
    if (held.kind === "folder") return this.#memory.folders.find(({ folder }) => folder === held.last.path)?.name;
    return held.serialNumber === undefined ? undefined : this.#memory.instrument(held.serialNumber)?.name;
  }

  #tell(): void {
    this.#audience.tell("instruments", this.statuses());
  }

  #tellFound(): void {
    if (!this.#closed) this.#audience.tell("found", this.found());
  }

  /** What cannot be remembered must not keep from measuring; a person is told. */
  #keep(work: Promise<unknown>): void {
    work.then(
      () => this.#tellFound(),
      (error) => this.#complain(error),
    );
  }

  #complain(error: unknown): void {
    this.#audience.tell("problem", toProblem(error));
  }

  /** Writes coming and going into the journal; a journal that fails is told to the pages, not to the instrument. */
  #note(before: DeviceStatus | undefined, now: DeviceStatus): void {
    const { instrument, profile, problem } = now;
    if (instrument === undefined || now.state === before?.state) return;
    const cameFrom = before?.state;
    const came = now.state === "ready" && cameFrom === "connecting";
    const went = now.state === "lost" && (cameFrom === "ready" || cameFrom === "measuring");
    const event: AppendableEvent | undefined = came
      ? { kind: "instrument-connected", instrument, profile }
      : went && problem !== undefined
        ? { kind: "instrument-lost", instrument, problem }
        : undefined;
    if (event === undefined) return;
    this.#recorder.append(event).catch((error) => this.#complain(error));
  }
}

/** A driver that measures; the default of ports that the operator names is OBP, and so is the demo's. */
function driverWithId(id: string): SerialDriver | UsbDriver {
  const driver = driverOf(id);
  if (driver === undefined || driver.link === "position") throw driverUnknown(id);
  return driver;
}

function asKnown({
  serialNumber,
  driver,
  model,
  name,
  profile,
  plug,
  lastSeenAt,
  connects,
}: RememberedInstrument): KnownInstrument {
  return {
    id: serialNumber,
    driver,
    serialNumber,
    model,
    ...(name && { name }),
    profile,
    lastPort: plug.path,
    lastSeenAt,
    connects,
  };
}
