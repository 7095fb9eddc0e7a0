// One SVG sprite of the icons the pages use, from the npm package; the list below is the whole vocabulary of icons.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";

const NAMES = `activity alert-octagon alert-triangle arrow-back-up arrow-forward-up arrow-right bed bell calendar calendar-time
check checkup-list chevron-down chevron-left chevron-right circle-check circle-dashed circle-minus circle-plus clock
clock-pause cloud-off download file-import filter help-circle history home id-badge-2 inbox keyboard layout-dashboard
logout network pencil phone pin plus printer refresh search send shield-check speakerphone stethoscope table
temperature trash upload urgent user users users-group x address-book ban building door-enter git-branch bolt chart-dots
certificate list-check lock door-off search-off calendar-plus writing-sign device-floppy adjustments player-stop link heart-rate-monitor book eye copy chevron-up file-export
backspace barrier-block circle-x cloud-upload database dots droplet hand-stop key language login moon qrcode scan sun transfer truck user-plus volume volume-off`.split(/\s+/);

const symbols = NAMES.map((name) => {
  const svg = readFileSync(new URL(`node_modules/@tabler/icons/icons/outline/${name}.svg`, import.meta.url), "utf8");
  const body = svg.replace(/<!--[\s\S]*?-->/g, "").replace(/^[\s\S]*?<svg[^>]*>/, "").replace("</svg>", "").trim();
  return `<symbol id="${name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round">${body}</symbol>`;
});
mkdirSync(new URL("public/", import.meta.url), { recursive: true });
writeFileSync(new URL("public/icons.svg", import.meta.url), `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`);
writeFileSync(new URL("public/icons.json", import.meta.url), JSON.stringify(NAMES));
