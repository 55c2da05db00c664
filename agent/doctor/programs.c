/* SPDX-License-Identifier: MIT */
/* table */
/* Data: the programs, and which client of the model each version is. docs/no-proxy.md has where
 * that was measured. */

#include "doctor/programs.h"

#include "lib/array.h"

const struct program programs[] = {
    { .name = "curl",
        .paths = { "/usr/bin/curl" },
        .packages = { "curl", "libcurl", "libcurl4" },
        .versions = { { "7.0", "curl-7.29" }, { "7.31", "curl-7.85" }, { "7.86", "curl-7.86" },
            { "7.87", "curl-8.8" }, { "8.9", "curl-8.17" }, { "8.18", "curl-8.18" },
            { "9", NULL } } },
    { .name = "wget",
        .paths = { "/usr/bin/wget" },
        .packages = { "wget" },
        .versions = { { "1.21", "wget" }, { "1.26", NULL } } },
    { .name = "wget2",
        .paths = { "/usr/bin/wget2" },
        .packages = { "wget2" },
        .versions = { { "1.99", "wget2" }, { "2.2", "libproxy" }, { "2.3", NULL } } },
    { .name = "Python's urllib",
        .paths = { "/usr/bin/python3", "/usr/libexec/platform-python" },
        .packages = { "python3", "python3-minimal", "platform-python" },
        .versions = { { "2.7", "python-urllib" }, { "3.14", NULL } } },
    { .name = "requests",
        .python = "requests",
        .versions = { { "2", "python-requests" }, { "2.34", "python-requests-2.34" },
            { "3", NULL } } },
    { .name = "httpx",
        .python = "httpx",
        .versions = { { "0.1", "httpx-0.23" }, { "0.24", "httpx" }, { "1", NULL } } },
    { .name = "aiohttp", .python = "aiohttp", .versions = { { "3", "aiohttp" }, { "4", NULL } } },
    { .name = "botocore (AWS CLI, boto3)",
        .python = "botocore",
        .versions = { { "1", "botocore" }, { "2", NULL } } },
    { .name = "AWS CLI 2", .paths = { "/usr/local/bin/aws" }, .versions = { { "", "botocore" } } },
    { .name = "Go (container engines, AWS agents)",
        .paths = { "/usr/bin/dockerd", "/usr/bin/containerd", "/usr/bin/kubelet" },
        .versions = { { "", "go" } } },
    { .name = "amazon-ssm-agent",
        .paths = { "/usr/bin/amazon-ssm-agent", "/snap/amazon-ssm-agent/current/amazon-ssm-agent" },
        .versions = { { "", "go" } } },
    { .name = "Java", .paths = { "/usr/bin/java" }, .versions = { { "", "java" } } },
    { .name = "Ruby", .paths = { "/usr/bin/ruby" }, .versions = { { "", "ruby" } } },
    { .name = "apt",
        .paths = { "/usr/bin/apt-get" },
        .packages = { "apt" },
        .versions = { { "2.2", "apt" }, { "3.4", NULL } } },
    { .name = "Perl's LWP",
        .perl = "LWP.pm",
        .versions = { { "6", "lwp-6.68" }, { "6.69", "lwp" }, { "7", NULL } } },
    { .name = "HTTP::Tiny", .perl = "HTTP/Tiny.pm", .versions = { { "", "http-tiny" } } },
};

const size_t programs_count = ELEMENTSOF(programs);
