// Set-up of the long form of the property tests: PROPERTY_RUNS random inputs for each property instead of a hundred.
import fc from "fast-check";

fc.configureGlobal({ numRuns: Number(process.env.PROPERTY_RUNS) });
