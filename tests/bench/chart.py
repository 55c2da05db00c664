# SPDX-License-Identifier: MIT
"""A chart of times, as SVG, that can be read on a light page and on a dark one: a row for each variant, a dot for each
latency, milliseconds on a logarithmic axis."""

import html
import math

WIDTH, LEFT, RIGHT, TOP, ROW, BOTTOM = 820, 225, 40, 76, 30, 34
STYLE = """\
text { font: 13px sans-serif; fill: #333 } .tick { font-size: 12px; fill: #666 } .ours { font-weight: bold }
line { stroke: #ddd } .row { stroke: #eee }
.l0 { fill: #9ec5f4 } .l1 { fill: #2a7ae2 } .l2 { fill: #0b3a75 }
@media (prefers-color-scheme: dark) {
  text { fill: #ddd } .tick { fill: #aaa } line { stroke: #444 } .row { stroke: #333 }
  .l0 { fill: #1d5199 } .l1 { fill: #4a94f0 } .l2 { fill: #bcd9fb } }
"""


class Axis:
    """Milliseconds to a place between two powers of ten."""

    def __init__(self, values):
        self.first = math.floor(math.log10(min(values)))
        self.last = math.ceil(math.log10(max(values)))

    def place(self, value):
        return LEFT + (math.log10(value) - self.first) / (self.last - self.first) * (WIDTH - LEFT - RIGHT)

    def ticks(self):
        powers = range(self.first, self.last)
        return [factor * 10 ** power for power in powers for factor in (1, 2, 5)] + [10 ** self.last]


def text(x, y, words, kind="", anchor="start"):
    return f'<text x="{x:.1f}" y="{y}" text-anchor="{anchor}" class="{kind}">{html.escape(words)}</text>'


def draw(names, latencies, times, ours):
    """names: of the rows; times: {(name, latency): ms}; ours: the names to stand out."""
    axis = Axis(times.values())
    bottom = TOP + ROW * len(names)
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {bottom + BOTTOM}" role="img">',
             "<title>How long a run takes</title>", f"<style>{STYLE}</style>",
             text(8, 18, "Milliseconds from exec to exit, on a logarithmic axis"),
             text(8, 40, "when each answer takes:")]
    for number, latency in enumerate(latencies):
        x = 190 + 75 * number
        parts += [f'<circle cx="{x}" cy="36" r="5" class="l{number}"/>', text(x + 10, 40, f"{latency} ms")]
    for tick in axis.ticks():
        x = axis.place(tick)
        parts += [f'<line x1="{x:.1f}" y1="{TOP - 12}" x2="{x:.1f}" y2="{bottom}"/>',
                  text(x, bottom + 18, f"{tick:,}", "tick", "middle")]
    for row, name in enumerate(names):
        y = TOP + ROW * row + 4
        parts += [text(LEFT - 12, y + 4, name, "ours" if name in ours else "", "end"),
                  f'<line class="row" x1="{LEFT}" y1="{y}" x2="{WIDTH - RIGHT}" y2="{y}"/>']
        parts += [f'<circle cx="{axis.place(times[name, latency]):.1f}" cy="{y}" r="6" class="l{number}">'
                  f"<title>{html.escape(name)}, {latency} ms: {times[name, latency]:.1f} ms</title></circle>"
                  for number, latency in enumerate(latencies) if (name, latency) in times]
    return "\n".join([*parts, "</svg>", ""])
