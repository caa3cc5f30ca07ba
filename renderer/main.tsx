import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app/App.tsx";
import { applySettings } from "./app/settings.ts";
import { StationContext } from "./parts/hooks.ts";
import { channelOpener } from "./station/channels.ts";
import { openStation } from "./station/station.ts";
import { openStore } from "./store/schema.ts";
import "./style/tokens.css";
import "./style/base.css";
import "./style/field.css";
import "./style/traverse.css";
import "./style/desk.css";
import "./style/instruments.css";
import "./style/minerals.css";
import "./style/review.css";

applySettings();
// A file dropped beside the right place must not replace the page; Field opens it (OpenFile.tsx).
for (const type of ["dragover", "drop"]) window.addEventListener(type, (event) => event.preventDefault());
const place = document.getElementById("app");
if (!place) throw new Error("index.html has no #app");
const station = openStation(openStore(), channelOpener(window));
createRoot(place).render(
  <StrictMode>
    <StationContext value={station}>
      <App />
    </StationContext>
  </StrictMode>,
);
