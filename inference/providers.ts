import { listSupportedBackends } from "onnxruntime-node";
import type { ProviderName } from "../contract/identification.ts";

/** Fastest first, as far as a machine has them; the processor (cpu) is everywhere. */
const order: readonly ProviderName[] = ["cuda", "dml", "coreml", "webgpu"];

/**
 * The graphics providers that this build of ONNX Runtime knows on this system. That one is known does not say that there is
 * a graphics processor for it, or that its libraries are installed.
 */
export function graphicsProviders(): ProviderName[] {
  const known = new Set(listSupportedBackends().map(({ name }) => name));
  return order.filter((provider) => known.has(provider));
}
