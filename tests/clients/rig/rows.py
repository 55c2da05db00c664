# SPDX-License-Identifier: MIT
"""Rows of lists, URLs and observations, as the files of this folder hold them."""

UNSET = "<unset>"


def escape(text):
    return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n")


def unescape(text):
    out = []
    characters = iter(text)
    for character in characters:
        if character == "\\":
            character = {"t": "\t", "n": "\n", "\\": "\\"}[next(characters)]
        out.append(character)
    return "".join(out)


def read(path):
    """The fields of each line. A line that starts with "# " is a comment; blanks are kept."""
    with open(path, encoding="utf-8") as file:
        for line in file:
            line = line.rstrip("\n")
            if line and not line.startswith("# "):
                yield line.split("\t")


def read_urls(path):
    """{group: [url]}: a group is one letter."""
    groups = {}
    for group, url in read(path):
        groups.setdefault(group, []).append(url)
    return groups


def cases(paths, urls):
    """[(list, url)]: every list of these files with the URLs of the groups that its line names."""
    groups = read_urls(urls)
    found = []
    for path in paths:
        for wanted, *fields in read(path):
            text = unescape("\t".join(fields))
            found += [(text, url) for group in wanted for url in groups[group]]
    return list(dict.fromkeys(found))
