import { LithoscopeError } from "../../contract/errors.ts";

const mostLetters = 80;

/** A name for a learned mineral: trimmed, runs of spaces as one. Throws name-invalid. */
export function learnedName(text: string): string {
  const name = text.normalize("NFC").trim().replace(/\s+/g, " ");
  if (name === "") throw invalid("The mineral has no name.");
  if (name.length > mostLetters) throw invalid(`The name has ${name.length} letters; ${mostLetters} are the most.`);
  if (/\p{C}/u.test(name)) throw invalid("The name holds a character that cannot be shown.");
  if (!/[\p{L}\p{N}]/u.test(name)) throw invalid("The name holds neither a letter nor a number.");
  return name;
}

function invalid(sentence: string): LithoscopeError {
  return new LithoscopeError(
    "name-invalid",
    `${sentence} Nothing was learned.`,
    "Give an IMA name, or one of your own such as Site mineral A.",
  );
}
