#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Ten times the text may cost at most fifteen times the instructions, for each parser, each format
and each shape of text in subjects.c. What a text of one character costs is taken off, up to half: what
is the same for all sizes would hide the growth. Instructions are counted by callgrind: no result
depends on the machine. A loop within a loop is planted, and has to be found.

    tests/netns tests/linear/run.py [--all] [--size BYTES] [--worst N] [WORD]

BUILD is the folder of the build. Speaks TAP.
"""
import argparse
import collections
import os
import re
import subprocess
import sys
import tempfile

GROWTH, ALLOWED = 10, 15
PLANTED = 'planted'
# What may grow faster between these sizes, how much, and what ends it.
BOUNDED = {
    'overrides:profile': (80, 'a value that each line makes longer: SCRIPT_WORK_MAX'),
    'overrides:apt': (30, 'each setting is compared with those before it: APT_SETTINGS_MAX'),
    'no_proxy:cover': (20, 'one character takes a longer way, so more than what is always the same is taken '
                           'off: 10,000 bytes take a tenth of what 100,000 take'),
    'services': (20, 'a higher number is a longer name, which is compared with all that there are'),
}


def dumps(path):
    """The name of each measurement, and its instructions."""
    name = None
    with open(path, encoding='utf-8', errors='replace') as lines:
        for line in lines:
            if line.startswith('desc: Trigger: Client Request: '):
                name = line.rsplit(': ', 1)[1].strip()
            elif line.startswith('totals: ') and name:
                yield name, int(line.split()[1])
                name = None


def measure(build, size, share, word):
    with tempfile.TemporaryDirectory() as scratch:
        root, out = os.path.join(scratch, 'root'), os.path.join(scratch, 'out')
        os.makedirs(root + scratch) # callgrind writes when its program is in there
        command = ['valgrind', '--tool=callgrind', '--combine-dumps=yes', '--quiet',
                   '--compress-pos=yes', f'--callgrind-out-file={out}',
                   os.path.join(build, 'linear'), root, str(size), str(share)] + ([word] if word else [])
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                              check=False)
        if done.returncode != 0:
            sys.exit(f'Bail out! {" ".join(command)}: {done.returncode}: {done.stderr[-500:]}')
        shapes = dict(line.split('\t', 1) for line in done.stdout.splitlines())
        counts = collections.defaultdict(dict)
        for name, instructions in dumps(root + out):
            shape, bytes_ = name.rsplit('/', 1)
            counts[shape][int(bytes_)] = instructions
    return shapes, counts


def growth(by_size):
    """How much ten times the text costs, and the instructions. One a byte is nothing."""
    (_, base), (size, small), (_, large) = sorted(by_size.items())
    base = min(base, small // 2)
    return (large - base) / max(small - base, size), large


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--all', action='store_true', help='all shapes for each subject, not a '
                        'sample of those that are not its own')
    parser.add_argument('--size', type=int, default=1000)
    parser.add_argument('--worst', type=int, default=0, help='also show the N worst')
    parser.add_argument('word', nargs='?')
    arguments = parser.parse_args()
    shapes, counts = measure(os.environ.get('BUILD', 'build'), arguments.size,
                             1 if arguments.all else 8, arguments.word)
    subjects = collections.defaultdict(list)
    for shape, by_size in counts.items():
        subjects[re.sub(r'/\d+$', '', shape)].append((*growth(by_size), shape))
    print(f'1..{len(subjects)}')
    failed = 0
    for number, (subject, ratios) in enumerate(subjects.items(), 1):
        worst = max(ratios)
        allowed, reason = BOUNDED.get(subject, (ALLOWED, ''))
        good = (worst[0] <= allowed) != (subject == PLANTED)
        failed += not good
        print(f'{"ok" if good else "not ok"} {number} - {subject}: {len(ratios)} shapes, '
              f'{GROWTH} times the text costs {worst[0]:.1f} times at most{reason and f" ({reason})"}', flush=True)
        for ratio, large, shape in sorted(ratios, reverse=True):
            if ratio > allowed and subject != PLANTED:
                print(f'# {ratio:.1f} times, {large} instructions: {shapes[shape]}')
    every = sorted((r for ratios in subjects.values() for r in ratios), key=lambda r: -r[1])
    for ratio, large, shape in every[:arguments.worst]:
        print(f'# {large} instructions, {ratio:.1f} times: {shape} {shapes[shape]}')
    print(f'# {sum(len(r) for r in subjects.values())} measured, {failed} of {len(subjects)} '
          'subjects grow faster than they may')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
