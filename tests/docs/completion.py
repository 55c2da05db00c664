# SPDX-License-Identifier: MIT
"""The tables of the shells' completions."""
from tables import ca_clients, checks, clients, options, tables

# What the argument of an option is, by its name in the help: a kind that each shell completes in its way.
KINDS = {"DIR": "directory", "PATH": "file", "URL": "nothing", "LIST": "nothing", "FORMAT": "format",
         "ID[,ID]": "clients"}
# Likewise of a command.
ARGUMENTS = {None: "nothing", "[URL...]": "nothing", "[CHECK...]": "checks"}


def commands():
    return [row["name"] for row in tables()["commands"]]


def lists():
    """The words of each kind that has some."""
    return {"commands": commands(), "checks": [row["check"] for row in checks()], "format": tables()["formats"],
            "clients": [row["client"] for row in clients()],
            "ca-clients": [row["client"] for row in ca_clients()]}


def kind(row):
    return KINDS[row["argument"]]


def forms(row):
    return ([f"-{row['letter']}"] if row["letter"] else []) + [f"--{row['name']}"]


def arguments(command):
    return ARGUMENTS[next(row["arguments"] for row in tables()["commands"] if row["name"] == command)]


# bash

def make_bash():
    lines = ["_ec2_bootstrap_words() {", "    case $1 in"]

    def case(names, words):
        lines.append(f"    {names}) echo '{' '.join(words)}' ;;")
    for name, words in lists().items():
        case(name, words)
    for command in commands():
        case(f"options:{command}", [form for row in options(command) + options(None) for form in forms(row)])
    for row in tables()["options"]:
        if row["argument"]:
            case(f"value:--{row['name']}", [kind(row)])
    for command in commands():
        case(f"arguments:{command}", [arguments(command)])
    return [*lines, "    esac", "}"]


# zsh

def zsh_quoted(text):
    return "'" + text.replace("'", "'\\''") + "'"


ZSH = {"directory": "directory:_files -/", "file": "file:_files", "format": "format:($_ec2_bootstrap_format)",
       "clients": "clients:_ec2-bootstrap_clients"}


def zsh_option(row):
    text = row["help"].replace("[", r"\[").replace("]", r"\]")
    if not row["argument"]:
        names = forms(row)
        return [zsh_quoted(f"({' '.join(names)}){name}[{text}]") for name in names]
    action = ZSH.get(kind(row), f"{row['argument']}: ")
    spec = f"--{row['name']}=[{text}]:{action}"
    return [f'"{spec}"' if "$" in action else zsh_quoted(spec)]


def make_zsh():
    lines = []
    for name, words in lists().items():
        if name != "commands":
            lines.append(f"_ec2_bootstrap_{name.replace('-', '_')}=({' '.join(words)})")
    lines.append("_ec2_bootstrap_commands=(")
    lines += [f"    {zsh_quoted(row['name'] + ':' + row['summary'])}" for row in tables()["commands"]]
    lines += [")", "_ec2_bootstrap_options() {", "    case $1 in"]
    for command in [*commands(), "all"]:
        lines += [f"    {command})", "        reply=("]
        lines += [f"            {spec}" for row in options(None if command == "all" else command)
                  for spec in zsh_option(row)]
        lines += ["        )", "        ;;"]
    lines += ["    esac", "}"]
    takes = " ".join(f"--{row['name']}" for row in tables()["options"] if row["argument"])
    lines.append(f"_ec2_bootstrap_with_value=({takes})")
    lines.append("_ec2_bootstrap_arguments=(")
    lines += [f"    {command} {arguments(command)}" for command in commands()]
    return [*lines, ")"]


# fish

def fish_quoted(text):
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


FISH = {"directory": "-x -a '(__fish_complete_directories)'", "file": "-r -F", "nothing": "-x",
        "clients": "-x -a '(__fish_complete_list , __ec2_bootstrap_print_clients)'"}


def fish_option(condition, row):
    letter = f" -s {row['letter']}" if row["letter"] else ""
    if not row["argument"]:
        value = ""
    elif kind(row) in FISH:
        value = " " + FISH[kind(row)]
    else:
        value = f" -x -a {fish_quoted(' '.join(lists()[kind(row)]))}"
    return f"complete -c ec2-bootstrap{condition}{letter} -l {row['name']}{value} -d {fish_quoted(row['help'])}"


def make_fish():
    lines = []
    for name in ("checks", "clients", "ca-clients"):
        lines.append(f"set -g __ec2_bootstrap_{name.replace('-', '_')} {' '.join(lists()[name])}")
    takes = " ".join(f"--{row['name']}" for row in tables()["options"] if row["argument"])
    lines += [f"set -g __ec2_bootstrap_with_value {takes}",
              f"set -g __ec2_bootstrap_commands {' '.join(commands())}"]
    for row in tables()["commands"]:
        lines.append(f"complete -c ec2-bootstrap -n __ec2_bootstrap_needs_command -a {row['name']} "
                     f"-d {fish_quoted(row['summary'])}")
    for command in commands():
        condition = f" -n '__ec2_bootstrap_is {command}'"
        lines += [fish_option(condition, row) for row in options(command)]
        if arguments(command) in lists():
            lines.append(f"complete -c ec2-bootstrap -n '__ec2_bootstrap_has {command}' "
                         f"-a '(__ec2_bootstrap_left $__ec2_bootstrap_{arguments(command)})'")
    return lines + [fish_option("", row) for row in options(None)]


MAKERS = {"bash": make_bash, "zsh": make_zsh, "fish": make_fish}
