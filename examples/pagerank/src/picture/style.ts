/** Golden-ratio steps keep neighbours on the ring apart when there are many; few get evenly spaced hues. */
function hue(index: number, count: number): number {
  return count <= 8 ? (255 + (index * 360) / count) % 360 : (255 + index * 137.508) % 360;
}

/** One custom property per partition: equal lightness, so that none looks more important, but for a ripple when many. */
function partitionColours(count: number, lightness: number, chroma: number): string {
  return Array.from({ length: count }, (_, i) => {
    const ripple = count > 8 ? ((i % 3) - 1) * 0.07 : 0;
    return `--p${i}:oklch(${(lightness + ripple).toFixed(3)} ${chroma} ${hue(i, count).toFixed(1)})`;
  }).join(";");
}

/** The style sheet of the picture. It has no character that XML would need escaped. */
export function styleSheet(partitions: number): string {
  const light = partitionColours(partitions, 0.62, 0.15);
  const dark = partitionColours(partitions, 0.72, 0.14);
  return `:root{color-scheme:light dark;--page:#f4f5f7;--surface:#fff;--ink:#1b2230;--quiet:#5c677a;--line:#dfe3ea;--accent:#3b6fd4;--good:#1b7f4d;--waiting:#96620a;--bad:#c0312f;${light}}
@media (prefers-color-scheme:dark){:root{--page:#0f131a;--surface:#181e28;--ink:#e7ebf2;--quiet:#9aa6b8;--line:#2b3442;--accent:#7ba6f7;--good:#5ecb95;--waiting:#e0aa4a;--bad:#ff8580;${dark}}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--ink);font:15px/1.45 system-ui,sans-serif;font-variant-numeric:tabular-nums}
main{max-width:1240px;margin:0 auto;padding:28px 20px 40px;display:grid;grid-template-columns:repeat(12,minmax(0,1fr));gap:16px}
header{grid-column:1/-1}
h1{font-size:26px;line-height:1.2;margin:0;text-wrap:balance;overflow-wrap:anywhere}
h2{font-size:15px;margin:0 0 10px}
.caption,.note{color:var(--quiet);margin:6px 0 0;font-size:13px}
.tiles{grid-column:1/-1;display:grid;grid-template-columns:repeat(auto-fit,minmax(135px,1fr));gap:1px;background:var(--surface);border:1px solid var(--line);border-radius:12px;overflow:hidden;margin:0}
.tiles div{box-shadow:0 0 0 1px var(--line);padding:12px 14px}
.tiles dt{color:var(--quiet);font-size:13px}
.tiles dd{margin:2px 0 0;font-size:20px;font-weight:600;white-space:nowrap}
.tiles small{display:block;font-size:12.5px;font-weight:400;color:var(--quiet);white-space:normal}
section{background:var(--surface);border:1px solid var(--line);border-radius:12px;padding:16px 18px;min-width:0}
.half{grid-column:span 6}.main{grid-column:span 8}.side{grid-column:span 4;display:grid;gap:16px;align-content:start;background:none;border:0;padding:0}.full{grid-column:1/-1}
svg{display:block;width:100%;height:auto}
svg text{fill:var(--ink);font-size:13px}
svg .strong{font-weight:600;font-size:14px}
svg .quiet,.chart text{fill:var(--quiet)}
.ribbons path{fill-opacity:.5;stroke-opacity:.65;stroke-width:.6;transition:fill-opacity .15s,stroke-opacity .15s}
.many path{fill-opacity:.2;stroke-opacity:.12}
.ribbons path:hover{fill-opacity:.9}
.dimmed .ribbons path{fill-opacity:.05;stroke-opacity:.08}
.dimmed .ribbons path.lit{fill-opacity:.8;stroke-opacity:.9}
.arc{cursor:default}
.legend{display:flex;flex-wrap:wrap;gap:6px 18px;margin:8px 0 0;padding:0;list-style:none;color:var(--quiet);font-size:13px}
.legend svg{display:inline-block;width:26px;height:12px;vertical-align:-1px;margin-right:6px}
.scroll{overflow:auto;max-height:560px}
table{border-collapse:collapse;width:100%;font-size:14px}
th,td{text-align:left;padding:5px 10px 5px 0;font-weight:400;border-top:1px solid var(--line);white-space:nowrap}
td:last-child,th:last-child{padding-right:0}
thead th{color:var(--quiet);font-size:12.5px;border:0;background:var(--surface);position:sticky;top:0}
tbody th{max-width:230px;overflow:hidden;text-overflow:ellipsis}
tfoot th,tfoot td{font-weight:600}
.used th,.used td{font-weight:600}
.number{text-align:right}
.wide{width:30%;min-width:52px}
.elastic{width:60%;max-width:0;overflow:hidden;text-overflow:ellipsis}
.side .wide{width:20%}
.quiet{color:var(--quiet)}
.bar{display:block;height:10px;border-radius:3px;background:var(--line)}
.bar span{display:block;height:100%;min-width:2px;border-radius:3px;background:var(--accent)}
.chip{display:inline-flex;align-items:center;gap:6px}
.chip::before{content:"";width:11px;height:11px;border-radius:3px;background:var(--c)}
.tag{font-size:11.5px;font-weight:600;color:var(--accent);border:1px solid;border-radius:99px;padding:0 7px;margin-left:4px}
.good{color:var(--good)}.waiting{color:var(--waiting)}.bad{color:var(--bad)}
.state{white-space:nowrap}
tr.lit td,tr.lit th{background:color-mix(in srgb,var(--accent) 12%,transparent)}
details{margin-top:10px;font-size:14px}summary{cursor:pointer;color:var(--quiet)}
.chart .grid{stroke:var(--line);fill:none}
.chart .line{stroke:var(--accent);stroke-width:2.2;fill:none;stroke-linejoin:round}
.chart .area{fill:var(--accent);fill-opacity:.1}
.chart .dots{fill:var(--surface);stroke:var(--accent);stroke-width:2}
.chart .limit{stroke:var(--good);stroke-width:1.6;stroke-dasharray:6 5;fill:none}
.chart .limit-label{fill:var(--good)}
@media (max-width:900px){.half,.main,.side{grid-column:1/-1}}
@media print{body{background:#fff}section{break-inside:avoid}.scroll{max-height:none}}`;
}

/** Lights the ribbons of the partition under the pointer. It has no character that XML would need escaped. */
export const SCRIPT = `const chord=document.querySelector(".chord");
const light=(id)=>{
  chord.classList.toggle("dimmed",id!==undefined);
  for(const path of chord.querySelectorAll("[data-ends]"))path.classList.toggle("lit",path.dataset.ends.split(" ").includes(id));
  for(const row of document.querySelectorAll("tr[data-partition]"))row.classList.toggle("lit",row.dataset.partition===id);
};
for(const item of document.querySelectorAll("[data-partition]")){
  item.addEventListener("pointerenter",()=>light(item.dataset.partition));
  item.addEventListener("pointerleave",()=>light(undefined));
}`;
