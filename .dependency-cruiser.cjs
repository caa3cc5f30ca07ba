// Who may import whom (docs/decisions/001). A wrong arrow fails the lint step.
const rooms = [
  "contract",
  "spectra",
  "devices",
  "inference",
  "mindb",
  "station",
  "electron",
  "web",
  "renderer",
  "e2e",
  "bench",
];

const allowed = {
  contract: [],
  spectra: ["contract"],
  devices: ["contract", "spectra"],
  inference: ["contract", "spectra"],
  mindb: ["contract", "spectra"],
  station: ["contract", "spectra", "devices", "inference", "mindb"],
  electron: ["contract", "station"],
  web: ["contract", "station"],
  renderer: ["contract", "spectra"],
};

module.exports = {
  forbidden: [
    ...Object.entries(allowed).map(([room, may]) => ({
      name: `${room}-imports`,
      severity: "error",
      comment: `${room}/ may import ${may.length ? may.join(", ") : "nothing of ours"}`,
      from: { path: `^${room}/` },
      to: { path: `^(${rooms.filter((r) => r !== room && !may.includes(r)).join("|")})/` },
    })),
    { name: "no-circular", severity: "error", from: {}, to: { circular: true } },
    {
      name: "pure-rooms-touch-no-hardware",
      severity: "error",
      comment: "contract and spectra run in the renderer too: no Node modules",
      from: { path: "^(contract|spectra)/", pathNot: "(\\.test|/testing)\\.ts$" },
      to: { dependencyTypes: ["core"] },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
  },
};
