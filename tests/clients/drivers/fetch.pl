# SPDX-License-Identifier: MIT
# Requests each URL it reads, with the Perl module that its argument names: LWP or HTTP::Tiny.
# A line on standard input is a URL; the answer is one line: the status, or what went wrong.

use strict;
use warnings;

my $seconds = 60;
$| = 1;

sub fetch_lwp {
    require LWP::UserAgent;
    my $agent = LWP::UserAgent->new(env_proxy => 1, timeout => $seconds);
    return $agent->get($_[0])->status_line;
}

sub fetch_tiny {
    require HTTP::Tiny;
    my $answer = HTTP::Tiny->new(timeout => $seconds)->get($_[0]);
    return "$answer->{status} $answer->{reason} " . ($answer->{status} == 599 ? $answer->{content} : "");
}

my $fetch = $ARGV[0] eq "LWP" ? \&fetch_lwp : \&fetch_tiny;
while (my $url = <STDIN>) {
    chomp $url;
    my $answer = eval { $fetch->($url) } // $@;
    $answer =~ tr/\n/ /;
    print "$answer\n";
}
