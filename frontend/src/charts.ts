// One builder a kind of picture; the data stand in a JSON script beside it, the table behind it in the page.
import { BarChart, GraphChart, LineChart } from "echarts/charts";
import { GridComponent, TooltipComponent } from "echarts/components";
import { LabelLayout } from "echarts/features";
import { init, use } from "echarts/core";
import type { EChartsCoreOption } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";

use([LabelLayout, BarChart, GraphChart, LineChart, GridComponent, TooltipComponent, SVGRenderer]);

type Series = { x: string[]; y: (number | null)[]; unit: string; most?: number };

const style = getComputedStyle(document.documentElement);
const token = (name: string) => style.getPropertyValue(name).trim();
// Nothing on the wall is smaller than 22 px; on a phone the wall is a page like the others.
const wall = () => document.body.classList.contains("db-wall") && innerWidth > 900;

function axis(size: number) {
  return {
    axisLine: { lineStyle: { color: token("--db-line-strong") } },
    axisTick: { show: false },
    axisLabel: { color: token("--db-ink-3"), fontSize: size, fontFamily: token("--db-font"), hideOverlap: true },
  };
}

function frame(data: Series): EChartsCoreOption {
  const size = wall() ? 22 : 12;
  return {
    animation: false,
    aria: { enabled: false }, // the box itself carries the description
    grid: { left: size * 3 + 8, right: size * 3, top: size + 4, bottom: size * 2 },
    tooltip: {
      show: !wall(), trigger: "axis", valueFormatter: (y: unknown) => (y == null ? "?" : `${String(y)} ${data.unit}`),
      backgroundColor: token("--db-surface"), borderColor: token("--db-line-strong"), textStyle: { color: token("--db-ink"), fontSize: 13 }, extraCssText: "box-shadow:none;border-radius:4px",
    },
    xAxis: { type: "category", data: data.x, ...axis(size) },
  };
}

// A share of people over days: a line, since it does not begin at zero; gaps stay gaps; the last figure stands at its end.
function share(data: Series): EChartsCoreOption {
  const size = wall() ? 22 : 12;
  const low = Math.min(...data.y.filter((y): y is number => y !== null));
  const last = data.y.at(-1);
  const floor = Number.isFinite(low) ? Math.max(0, Math.floor((low - 2) / 5) * 5) : 0;
  const few = data.y.filter((y) => y !== null).length < 3; // a line of one day would not be seen
  return {
    ...frame(data),
    xAxis: { type: "category", data: data.x, boundaryGap: false, ...axis(size) },
    yAxis: { type: "value", min: floor, max: 100, interval: (100 - floor) / 5, ...axis(size), axisLine: { show: false }, splitLine: { lineStyle: { color: token("--db-line") } } },
    series: [
      {
        type: "line", data: data.y, symbol: few ? "circle" : "none", symbolSize: 8, connectNulls: false, itemStyle: { color: token("--db-water") }, lineStyle: { width: wall() ? 4 : 2, color: token("--db-water") },
        endLabel: { show: last != null, formatter: String(last ?? ""), color: token("--db-water"), fontWeight: 600, fontSize: size + 2 },
      },
    ],
  };
}

// Counts by day: bars that begin at zero.
function count(data: Series): EChartsCoreOption {
  const size = wall() ? 22 : 12;
  return {
    ...frame(data),
    yAxis: { type: "value", min: 0, minInterval: 1, max: data.most, ...axis(size), axisLine: { show: false }, splitLine: { lineStyle: { color: token("--db-line") } } },
    series: [{ type: "bar", data: data.y, barCategoryGap: "30%", itemStyle: { color: token("--db-water-2") } }],
  };
}

// Counts of named things, most first: bars that lie, each with its name before it and its figure at its end.
function rank(data: Series): EChartsCoreOption {
  const reversed = <T,>(items: T[]) => [...items].reverse(); // the axis begins at the bottom
  return {
    ...frame(data),
    grid: { left: 12 + 12 * Math.min(10, Math.max(2, ...data.x.map((name) => name.length))), right: 40, top: 8, bottom: 8 },
    tooltip: { show: false },
    xAxis: { type: "value", min: 0, show: false },
    yAxis: { type: "category", data: reversed(data.x), ...axis(12), axisLabel: { ...axis(12).axisLabel, width: 116, overflow: "break", interval: 0 } },
    series: [{ type: "bar", data: reversed(data.y), barMaxWidth: 22, itemStyle: { color: token("--db-water-2") }, label: { show: true, position: "right", color: token("--db-ink"), fontSize: 12, fontFamily: token("--db-font") } }],
  };
}

// How a search goes: what the best roster costs, what is proven, how many are missing, over the seconds. Steps, since each
// figure holds until the next.
type Search = Series & { points: [number, number, number, number][]; words: [string, string, string]; seconds: number };

function search(series: Series): EChartsCoreOption {
  const { points, words, seconds } = series as Search;
  const last = points.at(-1);
  const line = (index: 1 | 2 | 3, name: string, color: string, axisIndex: number, type: "solid" | "dashed") => ({
    name, type: "line", step: "end", symbol: points.length > 1 ? "none" : "circle", yAxisIndex: axisIndex, data: points.map((point) => [point[0], point[index]]),
    lineStyle: { width: 2, color: token(color), type }, itemStyle: { color: token(color) },
    endLabel: { show: Boolean(last), formatter: `${name} ${String(last?.[index] ?? "")}`, color: token(color), fontSize: 12, fontFamily: token("--db-font") },
    labelLayout: { moveOverlap: "shiftY" as const },
  });
  const missing = points.some((point) => point[3] > 0);
  return {
    animation: false, aria: { enabled: false }, grid: { left: 56, right: 110, top: 14, bottom: 26 },
    tooltip: { trigger: "axis", backgroundColor: token("--db-surface"), borderColor: token("--db-line-strong"), textStyle: { color: token("--db-ink"), fontSize: 13 }, extraCssText: "box-shadow:none;border-radius:4px" },
    xAxis: { type: "value", min: 0, max: seconds, axisLabel: { ...axis(12).axisLabel, formatter: "{value} s" }, axisLine: axis(12).axisLine, splitLine: { show: false } },
    yAxis: [
      { type: "value", scale: true, splitNumber: 3, ...axis(12), axisLine: { show: false }, splitLine: { lineStyle: { color: token("--db-line") } } },
      { type: "value", min: 0, minInterval: 1, show: false },
    ],
    series: [line(1, words[0], "--db-water", 0, "solid"), line(2, words[1], "--db-ink-3", 0, "dashed"), ...(missing ? [line(3, words[2], "--db-red", 1, "solid")] : [])],
  };
}

// Who was near a case: places are given, so that the same people stand in the same place every time; colour and line style say
// the state, the table behind says it in words.
type Net = Series & {
  nodes: { id: string; name: string; x: number; y: number; state: string }[];
  links: { source: string; target: string; kinds: string }[];
  words: Record<string, string>;
};

function graph(series: Series): EChartsCoreOption {
  const { nodes, links, words } = series as Net;
  const colours: Record<string, string> = { case: "--db-red", candidate: "--db-water", accepted: "--db-water-2", lost: "--db-red" };
  const hollow = (state: string) => state === "candidate" || state === "lost";
  return {
    animation: false, aria: { enabled: false },
    tooltip: { backgroundColor: token("--db-surface"), borderColor: token("--db-line-strong"), textStyle: { color: token("--db-ink"), fontSize: 13 }, extraCssText: "box-shadow:none;border-radius:4px" },
    series: [
      {
        type: "graph", layout: "none", roam: false, preserveAspect: "contain", left: 50, right: 50, top: 24, bottom: 24,
        label: { show: nodes.length <= 40, position: "bottom", color: token("--db-ink-2"), fontSize: 12, fontFamily: token("--db-font") }, labelLayout: { hideOverlap: true },
        lineStyle: { color: token("--db-line-strong"), width: 1 },
        data: nodes.map((node) => {
          const colour = token(colours[node.state] ?? "--db-ink-3");
          return {
            id: node.id, name: node.name, x: node.x, y: node.y, symbol: node.state === "case" ? "diamond" : "circle", symbolSize: node.state === "case" ? 26 : 14,
            itemStyle: { color: hollow(node.state) ? token("--db-surface") : colour, borderColor: colour, borderWidth: 2 }, tooltip: { formatter: `${node.name}：${words[node.state] ?? node.state}` },
          };
        }),
        links: links.map((link) => ({ source: link.source, target: link.target, tooltip: { formatter: link.kinds } })),
      },
    ],
  };
}

const BUILDERS: Record<string, (data: Series) => EChartsCoreOption> = { share, count, rank, search, graph };

export function drawAll(root: ParentNode) {
  for (const box of root.querySelectorAll<HTMLElement>("[data-chart]")) {
    const source = document.getElementById(box.dataset.src ?? "");
    const build = BUILDERS[box.dataset.chart ?? ""];
    if (!source?.textContent || !build) throw new Error(`no data or no builder for ${box.id}`);
    const chart = init(box, null, { renderer: "svg" });
    chart.setOption(build(JSON.parse(source.textContent) as Series));
    new ResizeObserver(() => chart.resize()).observe(box);
  }
}
