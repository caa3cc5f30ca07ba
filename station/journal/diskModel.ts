import { posix } from "node:path";
import type { Disk, DiskFile } from "./disk.ts";

/**
 * A disk for tests that keeps apart what is durable and what is only written. Until a file is synced, each change to
 * its bytes may after a power cut be there, be gone, be there in part, or have left zeros or stale bytes in its place;
 * until a directory is synced, each change to its names may be there or be gone; all independently of each other. This
 * is what POSIX promises, which is less than any one file system does.
 */
export interface DiskModel extends Disk {
  /** Changes (writes, syncs, renames …) begun so far. */
  readonly operations: number;
  /** The disk as the next start finds it, with the faults it then has. `choose(n)` picks one of n fates, from 0. */
  restarted(choose: Choose, faults?: DiskFaults): DiskModel;
  /** The disk as the next process finds it after this one was killed: all there, and what was not durable still is not. */
  afterKill(faults?: DiskFaults): DiskModel;
  /** Everything as a running process sees it. */
  contents(): Map<string, Uint8Array>;
}

export type Choose = (count: number) => number;

export interface DiskFaults {
  /** The power is cut before this operation, counted from 1. */
  readonly cutBefore?: number;
  /** Makes an operation fail. A failed write has written half; a failed sync forgets what it should have written. */
  readonly fails?: (operation: string, path: string) => string | undefined;
  /** A disk that lies: these syncs report success and do nothing. */
  readonly ignores?: (operation: "sync" | "syncDirectory", path: string) => boolean;
  /** Where a write tears, for its length. */
  readonly tears?: (length: number) => number[];
}

type FileChange = { kind: "write"; at: number; bytes: Uint8Array } | { kind: "truncate"; size: number };
interface FileNode {
  kind: "file";
  durable: Uint8Array;
  current: Uint8Array;
  pending: FileChange[];
}
/** One atomic change of names. */
interface NameChange {
  remove?: string;
  add: string;
  node: Node;
}
interface DirectoryNode {
  kind: "directory";
  durable: Map<string, Node>;
  current: Map<string, Node>;
  pending: NameChange[];
}
type Node = FileNode | DirectoryNode;

class PowerCut extends Error {}

const nothing = new Uint8Array();
const newFile = (durable: Uint8Array): FileNode => ({ kind: "file", durable, current: durable, pending: [] });
const newDirectory = (durable: Map<string, Node>): DirectoryNode => ({
  kind: "directory",
  durable,
  current: new Map(durable),
  pending: [],
});

function failure(code: string): Error {
  return Object.assign(new Error(`${code} on the model of a disk`), { code });
}

/** A few tears in each write: enough for every kind of place in a line. */
export const someTears = (length: number): number[] =>
  [...new Set([1, length >> 1, length - 1])].filter((at) => at > 0 && at < length);

/** A tear at every byte. */
export const everyTear = (length: number): number[] => Array.from({ length: length - 1 }, (_, at) => at + 1);

export function diskModel(faults: DiskFaults = {}): DiskModel {
  return modelOf(newDirectory(new Map()), faults);
}

function modelOf(root: DirectoryNode, faults: DiskFaults): DiskModel {
  let operations = 0;
  let dead = false;
  const locks = new Set<string>();

  const find = (path: string): Node | undefined => {
    let node: Node | undefined = root;
    for (const name of path.split("/").filter(Boolean))
      node = node?.kind === "directory" ? node.current.get(name) : undefined;
    return node;
  };
  const directory = (path: string): DirectoryNode => {
    const node = find(path);
    if (node?.kind !== "directory") throw failure("ENOENT");
    return node;
  };
  const file = (path: string): FileNode => {
    const node = find(path);
    if (node?.kind !== "file") throw failure("ENOENT");
    return node;
  };
  const changeNames = (parent: DirectoryNode, change: NameChange): void => {
    applyNames(parent.current, change);
    parent.pending.push(change);
  };
  const change = (node: FileNode, next: FileChange): void => {
    node.current = applyBytes(node.current, next);
    node.pending.push(next);
  };
  /** One operation that the power cut can come before; `failed` is what it leaves behind when it fails. */
  const operation = (name: string, path: string, failed?: () => void): void => {
    operations++;
    if (operations === faults.cutBefore) dead = true;
    if (dead) throw new PowerCut(`before ${operations}: ${name} ${path}`);
    const code = faults.fails?.(name, path);
    if (code === undefined) return;
    failed?.();
    throw failure(code);
  };

  const opened = (path: string, node: FileNode): DiskFile => ({
    async write(bytes) {
      const at = node.current.length;
      const half = bytes.slice(0, bytes.length >> 1);
      operation("write", path, () => change(node, { kind: "write", at, bytes: half }));
      change(node, { kind: "write", at, bytes: bytes.slice() });
    },
    async truncate(size) {
      operation("truncate", path);
      change(node, { kind: "truncate", size });
    },
    async sync() {
      // Linux marks the pages clean all the same: the next sync succeeds without them.
      operation("sync", path, () => {
        node.pending = [];
      });
      if (faults.ignores?.("sync", path)) return;
      node.durable = node.pending.reduce(applyBytes, node.durable);
      node.pending = [];
    },
    close: async () => undefined,
  });

  return {
    get operations() {
      return operations;
    },
    async makeDirectory(path) {
      const parent = directory(posix.dirname(path));
      if (find(path)) return;
      operation("makeDirectory", path);
      changeNames(parent, { add: posix.basename(path), node: newDirectory(new Map()) });
    },
    async list(path) {
      const node = find(path);
      return node?.kind === "directory" ? [...node.current.keys()] : [];
    },
    async size(path) {
      const node = find(path);
      return node?.kind === "file" ? node.current.length : node && 0;
    },
    read: async (path, start, length) => file(path).current.slice(start, start + length),
    async create(path) {
      const parent = directory(posix.dirname(path));
      const old = find(path);
      operation("create", path);
      if (old?.kind === "file") {
        change(old, { kind: "truncate", size: 0 });
        return opened(path, old);
      }
      const node = newFile(nothing);
      changeNames(parent, { add: posix.basename(path), node });
      return opened(path, node);
    },
    open: async (path) => opened(path, file(path)),
    async rename(from, to) {
      const parent = directory(posix.dirname(from));
      const node = find(from);
      if (posix.dirname(to) !== posix.dirname(from)) throw failure("EXDEV");
      if (node === undefined) throw failure("ENOENT");
      operation("rename", to);
      changeNames(parent, { remove: posix.basename(from), add: posix.basename(to), node });
    },
    async syncDirectory(path) {
      const node = directory(path);
      operation("syncDirectory", path);
      if (faults.ignores?.("syncDirectory", path)) return;
      node.durable = new Map(node.current);
      node.pending = [];
    },
    async lock(path) {
      if (locks.has(path)) return undefined;
      locks.add(path);
      return async () => void locks.delete(path);
    },
    restarted(choose, next = {}) {
      const tears = faults.tears ?? someTears;
      const known = new Map<Node, Node>();
      const survive = (node: Node): Node => {
        const seen = known.get(node);
        if (seen) return seen;
        if (node.kind === "file") {
          const left = newFile(
            node.pending.reduce((bytes, next) => survivor(bytes, next, choose, tears), node.durable),
          );
          known.set(node, left);
          return left;
        }
        const names = new Map(node.durable);
        for (const next of node.pending) if (choose(2) === 1) applyNames(names, next);
        const left = newDirectory(new Map([...names].map(([name, child]) => [name, survive(child)])));
        known.set(node, left);
        return left;
      };
      const left = survive(root);
      if (left.kind !== "directory") throw new TypeError("the root is a directory");
      return modelOf(left, next);
    },
    afterKill: (next = {}) => modelOf(root, next),
    contents() {
      const files = new Map<string, Uint8Array>();
      const walk = (node: Node, path: string): void => {
        if (node.kind === "file") files.set(path, node.current);
        else for (const [name, child] of node.current) walk(child, `${path}/${name}`);
      };
      walk(root, "");
      return files;
    },
  };
}

function applyNames(names: Map<string, Node>, { remove, add, node }: NameChange): void {
  if (remove !== undefined) names.delete(remove);
  names.set(add, node);
}

function applyBytes(old: Uint8Array, change: FileChange): Uint8Array {
  const size = change.kind === "truncate" ? change.size : Math.max(old.length, change.at + change.bytes.length);
  const bytes = new Uint8Array(size);
  bytes.set(old.subarray(0, size));
  if (change.kind === "write") bytes.set(change.bytes, change.at);
  return bytes;
}

/** Stale bytes of whatever lay there before: newlines, quotes and half a journal line among them. */
const stale = Buffer.from('\n\0{"seq":7,"prev":"00ff"}\n"hash":"\xff\xfe\n{"seq"', "latin1");

function survivor(
  old: Uint8Array,
  change: FileChange,
  choose: Choose,
  tears: (length: number) => number[],
): Uint8Array {
  if (change.kind === "truncate") return choose(2) === 1 ? applyBytes(old, change) : old;
  const { at, bytes } = change;
  const written = (left: Uint8Array): Uint8Array => applyBytes(old, { kind: "write", at, bytes: left });
  const kind = choose(6);
  if (kind === 0) return old;
  if (kind === 1) return written(bytes);
  const places = tears(bytes.length);
  const tear = places[choose(places.length)] ?? 0;
  const left = bytes.slice();
  if (kind === 2) return written(bytes.slice(0, tear));
  if (kind === 3) left.fill(0, tear);
  if (kind === 4)
    left.set(
      Uint8Array.from(left.subarray(tear), (_, i) => stale[(tear + i) % stale.length] ?? 0),
      tear,
    );
  if (kind === 5) left.fill(0, 0, tear); // the later blocks came first
  return written(left);
}

/** Runs `body` once for every sequence of choices that it asks for, depth first. Returns how often. */
export async function everyChoice(body: (choose: Choose) => Promise<void>): Promise<number> {
  const tape: { picked: number; count: number }[] = [];
  let runs = 0;
  do {
    let at = 0;
    await body((count) => {
      if (at === tape.length) tape.push({ picked: 0, count });
      return tape[at++]?.picked ?? 0;
    });
    runs++;
    while (tape.length > 0 && (tape.at(-1)?.picked ?? 0) + 1 >= (tape.at(-1)?.count ?? 0)) tape.pop();
    const last = tape.at(-1);
    if (last) last.picked++;
  } while (tape.length > 0);
  return runs;
}
