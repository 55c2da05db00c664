/* The defaults, and the end of a struct settings. */

#include "settings/settings.h"

#include "lib/memory.h"

struct settings settings_default(void)
{
    return (struct settings){
        .no_proxy_vpc = true,
        .no_proxy_brackets = BRACKETS_AUTO,
        .imds_mode = IMDS_MODE_AUTO,
        .imds_request_timeout_ms = 1000,
        .imds_deadline_s = 60,
        .credentials = CREDENTIALS_REQUIRED,
        .letter_case = PROXY_CASE_BOTH,
    };
}

void settings_free(struct settings *settings)
{
    mem_free(settings->proxy_http);
    mem_free(settings->proxy_https);
    mem_free(settings->proxy_username);
    mem_free(settings->proxy_password_file);
    strings_free(&settings->no_proxy_add);
    strings_free(&settings->no_proxy_services);
    mem_free(settings->imds_endpoint);
    strings_free(&settings->outputs);
    *settings = (struct settings){ 0 };
}
