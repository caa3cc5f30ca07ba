import { Option } from "commander";
import { defaultDataFolder } from "../config.ts";

/** `--data`, the same for every command that looks into the data folder. */
export const dataOption = (): Option =>
  new Option("--data <folder>", "where journal, keys and models live").default(
    defaultDataFolder(process.env, process.platform),
  );
