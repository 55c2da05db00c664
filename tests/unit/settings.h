/* SPDX-License-Identifier: MIT */
#pragma once

/* Settings as text, for comparison: what the tests of settings/ share. */

#include "check.h"
#include "lib/buffer.h"
#include "lib/memory.h"
#include "settings/settings.h"

static inline void settings_show_text(struct buffer *ret, const char *name, const char *value)
{
    if (value)
        check_number(name, buffer_printf(ret, "%s=%s\n", name, value), 0);
}

static inline void settings_show_list(
    struct buffer *ret, const char *name, const struct strings *list)
{
    _cleanup_mem_ char *joined = strings_join(list, "|");
    settings_show_text(ret, name, list->count > 0 ? joined : NULL);
}

static inline void settings_show_entries(
    struct buffer *ret, const char *name, const struct no_proxy_entries *entries)
{
    _cleanup_strings_ struct strings texts = { 0 };
    for (size_t i = 0; i < entries->count; i++)
        check_number(name, strings_append(&texts, entries->items[i].text), 0);
    settings_show_list(ret, name, &texts);
}

static inline void settings_show_number(
    struct buffer *ret, const char *name, unsigned int value, unsigned int standard)
{
    if (value != standard)
        check_number(name, buffer_printf(ret, "%s=%u\n", name, value), 0);
}

/* Appends a line for each setting that has not its default. */
static inline void settings_show(const struct settings *s, struct buffer *ret)
{
    check_number("append", buffer_append_text(ret, ""), 0);
    settings_show_text(ret, "proxy.http", s->proxy_http ? s->proxy_http->text : NULL);
    settings_show_text(ret, "proxy.https", s->proxy_https ? s->proxy_https->text : NULL);
    settings_show_text(ret, "proxy.username", s->proxy_username);
    settings_show_text(ret, "proxy.password_file", s->proxy_password_file);
    settings_show_text(ret, "proxy.ca_file", s->proxy_ca_file);
    settings_show_list(ret, "proxy.ca_variables", &s->proxy_ca_variables.names);
    settings_show_entries(ret, "no_proxy.add", &s->no_proxy_add);
    settings_show_number(ret, "no_proxy.vpc", (unsigned int) s->no_proxy_vpc, VPC_ON);
    settings_show_number(ret, "no_proxy.vpc_ipv6", s->no_proxy_vpc_ipv6, false);
    settings_show_list(ret, "no_proxy.presets", &s->no_proxy_presets.names);
    settings_show_number(ret, "no_proxy.presets.auto", s->no_proxy_presets.is_auto, true);
    settings_show_list(ret, "no_proxy.services", &s->no_proxy_services.names);
    settings_show_number(ret, "no_proxy.services.auto", s->no_proxy_services.is_auto, false);
    settings_show_number(
        ret, "no_proxy.ipv6_brackets", (unsigned int) s->no_proxy_brackets, BRACKETS_AUTO);
    settings_show_text(ret, "imds.endpoint", s->imds_endpoint);
    settings_show_number(ret, "imds.mode", (unsigned int) s->imds_mode, IMDS_MODE_AUTO);
    settings_show_number(ret, "imds.request_timeout_ms", s->imds_request_timeout_ms, 1000);
    settings_show_number(ret, "imds.deadline_s", s->imds_deadline_s, 60);
    settings_show_number(ret, "imds.allow_v1", s->imds_allow_v1, false);
    settings_show_text(ret, "remote.parameters", s->remote_parameters);
    settings_show_text(ret, "remote.secret", s->remote_secret);
    settings_show_text(ret, "remote.tags", s->remote_tags);
    settings_show_text(ret, "remote.ssm_endpoint", s->remote_ssm_endpoint);
    settings_show_text(ret, "remote.secretsmanager_endpoint", s->remote_secretsmanager_endpoint);
    settings_show_number(ret, "remote.deadline_s", s->remote_deadline_s, 60);
    settings_show_number(ret, "remote.required", s->remote_required, true);
    settings_show_number(ret, "remote.keep", s->remote_keep, false);
    settings_show_number(ret, "credentials", (unsigned int) s->credentials, CREDENTIALS_REQUIRED);
    settings_show_list(ret, "outputs", &s->outputs.names);
    settings_show_number(ret, "outputs.auto", s->outputs.is_auto, true);
    settings_show_number(ret, "case", (unsigned int) s->letter_case, LETTER_CASE_BOTH);
    settings_show_list(ret, "seal.ignore", &s->seal_ignore.names);
}

static inline void settings_check(
    const char *row, const struct settings *settings, const char *expected)
{
    _cleanup_buffer_ struct buffer shown = { 0 };
    settings_show(settings, &shown);
    check_text(row, shown.data, expected);
}
