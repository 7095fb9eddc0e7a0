// One builder a kind of picture; the data stand in a JSON script beside it, the table behind it in the page.
import { LineChart } from "echarts/charts";
import { GridComponent, TooltipComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import type { EChartsCoreOption } from "echarts/core";

use([LineChart, GridComponent, TooltipComponent, SVGRenderer]);

type Series = { x: string[]; y: (number | null)[]; unit: string; most?: number };

const value = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

// A share of people over days: a line, since it does not begin at zero; gaps stay gaps.
function share(data: Series): EChartsCoreOption {
  const axis = { axisLine: { lineStyle: { color: value("--db-line-strong") } }, axisTick: { show: false }, axisLabel: { color: value("--db-ink-3"), fontSize: 12 } };
  const low = Math.min(...data.y.filter((y): y is number => y !== null));
  return {
    animation: false,
    grid: { left: 44, right: 16, top: 14, bottom: 26 },
    tooltip: { trigger: "axis", valueFormatter: (y: unknown) => `${String(y)} ${data.unit}` },
    xAxis: { type: "category", data: data.x, boundaryGap: false, ...axis },
    yAxis: { type: "value", min: Math.max(0, Math.floor((low - 2) / 5) * 5), max: data.most ?? 100, ...axis, splitLine: { lineStyle: { color: value("--db-line") } } },
    series: [{ type: "line", data: data.y, symbol: "none", lineStyle: { width: 2, color: value("--db-water") }, itemStyle: { color: value("--db-water") }, connectNulls: false }],
  };
}

const BUILDERS: Record<string, (data: Series) => EChartsCoreOption> = { share };

export function drawAll(root: ParentNode) {
  for (const box of root.querySelectorAll<HTMLElement>("[data-chart]")) {
    const source = document.getElementById(box.dataset.src ?? "");
    const build = BUILDERS[box.dataset.chart ?? ""];
    if (!source?.textContent || !build) throw new Error(`no data or no builder for ${box.id}`);
    const chart = init(box, null, { renderer: "svg" });
    chart.setOption(build(JSON.parse(source.textContent) as Series));
    addEventListener("resize", () => chart.resize());
  }
}
