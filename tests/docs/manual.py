# SPDX-License-Identifier: MIT
"""The tables of the manual pages, in mdoc(7)."""
import re
import textwrap

from tables import checks, clients, options, routes, tables

# Of a line, with room for what is escaped.
WIDTH = 68
LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
# Names, paths and options, which somebody may copy: they have a point, a slash, a digit or a minus in them.
LITERAL = re.compile(r"[^ ,;:()\"]*(?:[./_\d]|--)[^ ,;:()\"]*[A-Za-z0-9]|[a-z]+(?:-[a-z]+){2,}|(?<![^ ])-[a-z]\b")


def escaped_word(match):
    """One that is not hyphenated, has minus signs, and may be broken behind a slash where it is long."""
    word = match.group(0).replace("-", r"\-")
    return r"\%" + (re.sub(r"(?<=[^/])/(?=[^/])", r"/\:", word) if len(word) > 40 else word)


def escaped(line):
    """Text of a line: no escape, no request."""
    return re.sub(r"^(?=[.'])", r"\\&", LITERAL.sub(escaped_word, line.replace("\\", r"\e")))


def filled(text):
    lines = textwrap.wrap(text, WIDTH, break_long_words=False, break_on_hyphens=False)
    return [escaped(line) for line in lines]


def prose(text):
    """Sentences, each on lines of its own, as mdoc wants it."""
    text = LINK.sub(r"\1", text).replace("`", '"')
    return [line for sentence in re.split(r"(?<=[.!?])\s+(?=[A-Z\"])", text) for line in filled(sentence)]


def listed(names):
    """Names of which none is hyphenated."""
    lines = textwrap.wrap(", ".join(names) + ".", WIDTH, break_long_words=False, break_on_hyphens=False)
    return [re.sub(r"[^ ]+", lambda word: r"\%" + word.group(0).replace("-", r"\-"), line) for line in lines]


def sentence(text):
    """A line of the help; what begins with a word to type stays as it is."""
    is_word = re.split(r"\W", text)[0] in tables()["formats"]
    return (text if is_word else text[0].upper() + text[1:]) + "."


def make_options(command=None):
    lines = []
    for row in options(command):
        argument = f" Ar {row['argument']}" if row["argument"] else ""
        letter = f"Fl {row['letter']} , " if row["letter"] else ""
        lines += [f".It {letter}Fl Fl {row['name']}{argument}", *prose(sentence(row["help"]))]
    return lines


def make_exits():
    lines = []
    for row in tables()["exits"]:
        meaning = re.sub("^it ", "the metadata service ", row["meaning"])
        lines += [f".It {int(row['status'])}", *prose(sentence(meaning))]
    return lines


def value(key):
    """A default, as it is written in the file."""
    default = key["default"]
    if default is None:
        return "none"
    if isinstance(default, bool):
        return str(default).lower()
    if isinstance(default, (float, int)):
        return str(int(default))
    if isinstance(default, list):
        return "[]"
    return default if key["type"] == "switch" and default in ("true", "false") else f'"{default}"'


def type_of(key):
    words = [f'"{word}"' for word in key["choices"]]
    kinds = {
        "choice": " or ".join([", ".join(words[:-1]), words[-1]]) if words else "",
        "switch": ", ".join(["true", "false"]) + " or " + words[0] if words else "",
        "number": f"a whole number from {int(key.get('min', 0))} to {int(key.get('max', 0))}",
        "boolean": "true or false",
        "URL": "the URL of a proxy, as a string",
        "list": "a list of strings",
        "string": "a string",
    }
    may_be_auto = key["takes_auto"] or (key["type"] == "list" and key["default"] == "auto")
    return kinds[key["type"]] + (', or "auto"' if may_be_auto else "")


def make_key(path):
    """The item of a key, with what its table says; its meaning follows, by hand."""
    key = next(row for row in tables()["keys"] if row["path"] == path)
    return [f".It Cm {path}", *prose(f"Type: {type_of(key)}."), *prose(f"Default: {value(key)}."),
            f"Since {key['since']}."]


def make_outputs():
    lines = []
    for row in tables()["outputs"]:
        lines.append(f".It Cm {row['name']}")
        lines.append(".Bl -tag -width Ds -compact")
        for file in row["files"]:
            lines.append(f".It Pa {escaped(file['path'])}")
            what = "Only checked" if file["only_checked"] else "Changed, never made" if file["only_if_there"] \
                else "Written"
            where = f", where there is {' or '.join(file['consumers'])}" if file["consumers"] else ""
            units = f"Read by {', '.join(file['units'])}." if file["units"] else ""
            lines += [*prose(f"{what}{where}."), *prose(units)]
        lines.append(".El")
    return lines


def make_services():
    others = {}
    for row in tables()["aliases"]:
        others.setdefault(row["service"], []).append(row["name"])
    names = dict.fromkeys(tables()["services"])
    return listed(sorted(name + (f" ({', '.join(others[name])})" if name in others else "") for name in names))


def make_presets():
    lines = []
    for row in tables()["presets"]:
        blocks = [f"{row[kind]} ({kind})".replace(",", ", ") for kind in ("pods", "services") if row[kind]]
        entries = ", ".join([row["names"].replace(",", ", "), *blocks])
        lines += [f".It Cm {row['name']}", *prose(f"Entries: {entries}."),
                  *prose(f"With \"auto\" where there is {' or '.join(row['programs'])}.")]
    return lines


HOST, BELOW, ALIKE = "http://example.com/", "http://www.example.com/", "http://notexample.com/"
REACH = {("direct", "direct", "proxy"): "h+b", ("direct", "proxy", "proxy"): "h", ("proxy", "direct", "proxy"): "b",
         ("proxy", "proxy", "proxy"): "-", ("direct", "direct", "direct"): "end", ("proxy", "direct", "direct"): "end"}
ROUTE = {"direct": "yes", "proxy": "-", "error": "FAIL"}
# The head of a column, its list, and the URL that is asked for; None: what it reaches of three hosts.
COLUMNS = [
    ("d", "example.com", None),
    (".d", ".example.com", None),
    ("*.d", "*.example.com", None),
    ("all", "example.com,.example.com,*.example.com", None),
    ("/8", "10.0.0.0/8", "http://10.1.2.3/"),
    ("v6", "fd00::1", "http://[fd00::1]/"),
    ("[v6]", "[fd00::1]", "http://[fd00::1]/"),
    ("d:n", "example.com:8080", "http://example.com:8080/"),
    ("x, d", "foo.test, example.com", HOST),
    ("x,*", "foo.test,*", HOST),
]


def cell(client, column):
    _, no_proxy, url = column
    if url:
        return ROUTE[routes(no_proxy, url)[client][0]]
    return REACH[tuple(routes(no_proxy, HOST, BELOW, ALIKE)[client])]


def make_forms():
    heads = " Ta ".join(f'"{head}"' for head, _, _ in COLUMNS)
    lines = [".Bl -column " + " ".join(['"python-requests-2.34"'] + ['"FAIL"'] * len(COLUMNS)) + " -compact",
             f".It Sy client Ta {heads}"]
    for row in clients():
        cells = " Ta ".join(cell(row["client"], column) for column in COLUMNS)
        lines.append(f".It {row['client']} Ta {cells}")
    return [*lines, ".El"]


def make_clients():
    lines = []
    for row in clients():
        lines += [f".It Cm {row['client']}", *prose(row["covers"] + "."), *prose(f"Reads: {row['reads']}.")]
    return lines


def make_blocks():
    """Which clients do not read a block."""
    deaf = [client for client, found in routes("10.0.0.0/8", "http://10.1.2.3/").items() if found[0] != "direct"]
    return [f"{len(deaf)} of the {len(clients())} kinds of clients do not read a block:", *listed(deaf)]


def make_checks():
    lines = []
    for row in checks():
        needs = f" It needs: {', '.join(row['needs'])}." if row["needs"] else ""
        lines += [f".It Cm {row['check']}", *prose(sentence(row["summary"]) + needs)]
    return lines


def make_findings():
    common = set.intersection(*({finding["id"] for finding in row["findings"]} for row in checks()))
    parts = [(f"The check {row['check']}", [f for f in row["findings"] if f["id"] not in common]) for row in checks()]
    parts.append(("Any check", [f for f in checks()[0]["findings"] if f["id"] in common]))
    lines = []
    for title, findings in parts:
        lines += [f".Ss {title}", ".Bl -tag -width Ds"] if findings else []
        for finding in findings:
            lines += [f".It Sy {finding['id']} Pq {finding['severity']}", *prose(finding["means"]),
                      *prose(finding["more"] or ""), ".br", ".Em What to do :", *prose(finding["remedy"])]
        lines += [".El"] if findings else []
    return lines


def make_names():
    return [line for row in tables()["fetched"]
            for line in (f".It Cm {row['name']}", f"For the key {row['key']}.")]


def missing(text):
    """What no page has, in the text of all, of what is written by hand beside the tables."""
    wanted = {f'.\\" BEGIN key {row["path"]}\n': f"the key {row['path']}" for row in tables()["keys"]}
    for row in tables()["commands"]:
        if options(row["name"]):
            wanted[f'.\\" BEGIN options {row["name"]}\n'] = f"the options of {row['name']}"
    found = [what for mark, what in wanted.items() if mark not in text]
    items = set(re.findall(r"[A-Z0-9_]+", " ".join(re.findall(r"^\.It Ev (.*)", text, re.MULTILINE))))
    found += [f"the variable {name}" for name in tables()["variables"] if name not in items]
    # Once in the table, and once with who reads it.
    return found + [f"the consumer of {row['name']}" for row in tables()["outputs"]
                    if text.count(f".It Cm {row['name']}\n") < 2]


MAKERS = {"options": make_options, "exits": make_exits, "key": make_key, "outputs": make_outputs,
          "services": make_services, "presets": make_presets, "forms": make_forms, "clients": make_clients,
          "blocks": make_blocks, "checks": make_checks, "findings": make_findings, "names": make_names}
