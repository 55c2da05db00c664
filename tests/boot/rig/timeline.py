# SPDX-License-Identifier: MIT
"""A boot as a small picture: the few units around the agent, out of systemd-analyze's hundreds."""

UNITS = ("cloud-init-main.service", "cloud-init-local.service", "cloud-init.service",
         "cloud-init-network.service", "sysinit.target", "basic.target", "ec2-bootstrap.service",
         "cloud-config.service", "amazon-ssm-agent.service", "multi-user.target",
         "cloud-final.service")
WIDTH, LEFT, ROW = 720, 190, 22


def times(machine, started_us):
    """[name, ms at which it began, ms at which it was up] of those that this boot has."""
    rows = []
    for unit in UNITS:
        facts = machine.show(unit)
        up = int(facts.get("ActiveEnterTimestampMonotonic") or 0)
        begun = int(facts.get("InactiveExitTimestampMonotonic") or 0)
        if facts.get("LoadState") == "loaded" and begun >= started_us and up:
            rows.append([unit, (begun - started_us) / 1000, (up - started_us) / 1000])
    return sorted(rows, key=lambda row: (row[1], row[2]))


def draw(rows, title):
    """SVG that can be read on a light and on a dark page."""
    scale = (WIDTH - LEFT - 70) / max(row[2] for row in rows)
    height = ROW * (len(rows) + 1) + 8
    lines = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" '
             f'font-family="sans-serif" font-size="12" fill="#808080">',
             f'<text x="4" y="15">{title}</text>']
    for number, (name, begun, up) in enumerate(rows, 1):
        top = number * ROW
        colour = "#d9730d" if name.startswith("ec2-bootstrap") else "#8fa7bf"
        width = max((up - begun) * scale, 2)
        lines += [f'<text x="4" y="{top + 15}">{name}</text>',
                  f'<rect x="{LEFT + begun * scale:.1f}" y="{top + 4}" width="{width:.1f}" '
                  f'height="14" fill="{colour}"/>',
                  f'<text x="{LEFT + begun * scale + width + 4:.1f}" y="{top + 15}">'
                  f'{up - begun:.0f} ms</text>']
    return "\n".join([*lines, "</svg>", ""])
