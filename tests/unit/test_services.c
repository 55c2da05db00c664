/* SPDX-License-Identifier: MIT */
/* agent/overrides/services.c, service.c, unit_paths.c: what units say themselves, by the rules of
 * systemd.unit(5) and systemd.exec(5). */

#include "overrides/overrides.h"

#include "lib/memory.h"
#include "overrides.h"

#define WINS                                                                                       \
    " overrides ec2-bootstrap in services that read it: remove it there, then run systemctl "      \
    "daemon-reload and restart the service"
#define LOSES                                                                                      \
    ", which ec2-bootstrap replaces in services that read it and does not cover: add to "          \
    "no_proxy.add what has to stay direct"
#define TAKES(name)                                                                                \
    "takes " name " away from services that read it: remove it there, then run systemctl "         \
    "daemon-reload and restart the service"
#define CUT                                                                                        \
    ":2: /run/ec2-bootstrap/services.env is not read by that service: add it again behind that "   \
    "line"
#define BOWS                                                                                       \
    " is overridden by ec2-bootstrap in services that read it: where its own is to win, put it "   \
    "into a file that a drop-in behind 50-ec2-bootstrap-login.conf names with EnvironmentFile=; "  \
    "UnsetEnvironment= keeps all out"
#define UNIT  "/usr/lib/systemd/system/app.service"
#define ETC   "/etc/systemd/system/"
#define LATER ETC "app.service.d/90-proxy.conf"
#define FILE_ "/etc/sysconfig/app"
#define OLD   "http://old:8080"
#define AWAY(name)                                                                                 \
    ETC "app.service:2: takes " name " away from that service: remove it there, then run "         \
        "systemctl daemon-reload and restart the service"
#define PLAIN                                                                                      \
    {                                                                                              \
        UNIT, "[Service]\nExecStart=/usr/bin/app\n"                                                \
    }

static const struct override_row rows[] = {
    { "a file of a later drop-in",
        { PLAIN, { LATER, "[Service]\nEnvironmentFile=-" FILE_ "\n" },
            { FILE_, "# corp\nHTTP_PROXY=" OLD "\n" } },
        FILE_ ":2: HTTP_PROXY=" OLD WINS },
    { "blanks behind the name",
        { PLAIN, { LATER, "[Service]\nEnvironmentFile=-" FILE_ " \t\n" },
            { FILE_, "HTTP_PROXY=" OLD "\n" } },
        FILE_ ":1: HTTP_PROXY=" OLD WINS },
    { "a drop-in of another name",
        { PLAIN, { ETC "alias.service", "-> " UNIT }, { ETC "b.service", "-> alias.service" },
            { ETC "b.service.d/90.conf", "[Service]\nEnvironmentFile=-" FILE_ "\n" },
            { FILE_, "HTTP_PROXY=" OLD "\n" } },
        FILE_ ":1: HTTP_PROXY=" OLD WINS },
    { "files with wildcards in the name",
        { PLAIN, { LATER, "[Service]\nEnvironmentFile=-/etc/sysconfig/a*\n" },
            { FILE_, "HTTP_PROXY=" OLD "\n" }, { "/etc/sysconfig/apq", "HTTPS_PROXY=" OLD "\n" },
            { "/etc/sysconfig/b", "NO_PROXY=x\n" } },
        FILE_ ":1: HTTP_PROXY=" OLD WINS "\n/etc/sysconfig/apq:1: HTTPS_PROXY=" OLD WINS },
    { "an instance that is enabled by a link",
        { { "/usr/lib/systemd/system/app@.service", "[Service]\nExecStart=/usr/bin/app\n" },
            { ETC "app@.service.d/90.conf", "[Service]\nEnvironmentFile=-/etc/default/%i\n" },
            { ETC "multi-user.target.wants/app@one.service",
                "-> /usr/lib/systemd/system/app@.service" },
            { "/etc/default/one", "HTTP_PROXY=" OLD "\n" },
            { "/etc/default/two", "HTTP_PROXY=" OLD "\n" } },
        "/etc/default/one:1: HTTP_PROXY=" OLD WINS },
    { "env in the command",
        { { ETC "app.service", "[Service]\nExecStart=-/usr/bin/env -u http_proxy "
                               "\"HTTPS_PROXY=" OLD "\" A=b /usr/bin/app NO_PROXY=x\n" } },
        ETC "app.service:2: takes http_proxy away from that service: remove it there, then run "
            "systemctl daemon-reload and restart the service\n" ETC
            "app.service:2: HTTPS_PROXY=" OLD " overrides ec2-bootstrap in that service: remove it "
            "there, then run systemctl daemon-reload "
            "and restart the service" },
    { "env that takes one by its long option",
        { { ETC "app.service",
            "[Service]\nExecStart=/usr/bin/env --unset=http_proxy /usr/bin/app\n" } },
        ETC "app.service:2: takes http_proxy away from that service: remove it there, then run "
            "systemctl daemon-reload and restart the service" },
    { "env that takes all, and gives one back",
        { { ETC "app.service",
            "[Service]\nExecStart=/usr/bin/env -i NO_PROXY=localhost /usr/bin/app\n" } },
        AWAY("http_proxy") "\n" AWAY("https_proxy") "\n" AWAY("no_proxy") "\n" AWAY(
            "HTTP_PROXY") "\n" AWAY("HTTPS_PROXY") "\n" ETC
                                                   "app.service:2: NO_PROXY=localhost overrides "
                                                   "ec2-bootstrap in that service: remove it "
                                                   "there, then "
                                                   "run systemctl daemon-reload "
                                                   "and restart the service" },
    { "a percent sign in the name of a file",
        { PLAIN, { LATER, "[Service]\nEnvironmentFile=-/etc/sysconfig/a%%p\n" },
            { "/etc/sysconfig/a%p", "HTTP_PROXY=" OLD "\n" } },
        "/etc/sysconfig/a%p:1: HTTP_PROXY=" OLD WINS },
    { "a specifier that is not known",
        { PLAIN, { LATER, "[Service]\nEnvironmentFile=-/etc/sysconfig/%H\n" },
            { "/etc/sysconfig/H", "HTTP_PROXY=" OLD "\n" } },
        "" },
    { "blanks before the equals sign",
        { PLAIN, { LATER, "[Service]\nEnvironmentFile \t= -" FILE_ " \n" },
            { FILE_, "HTTP_PROXY=" OLD "\n" } },
        FILE_ ":1: HTTP_PROXY=" OLD WINS },
    { "quoted in the file",
        { PLAIN, { LATER, "[Service]\nEnvironmentFile=" FILE_ "\n" },
            { FILE_, "https_proxy=\"" OLD "\"\nno_proxy='x y'\n" } },
        FILE_ ":1: https_proxy=" OLD WINS "\n" FILE_ ":2: no_proxy=x y" WINS },
    { "taken back, and set",
        { PLAIN, { LATER, "[Service]\nEnvironmentFile=\n"
                          "Environment=\"http_proxy=" OLD "\"\n" } },
        LATER ":3: http_proxy=" OLD WINS },
    { "taken back: no login, no file of ours",
        { PLAIN, { LATER, "[Service]\nEnvironmentFile=\n" } }, "" },
    { "taken back behind the drop-in with logins, which has none",
        { PLAIN, { LATER, "[Service]\nEnvironmentFile=\n" },
            { "/usr/lib/systemd/system/service.d/50-ec2-bootstrap-login.conf",
                "[Service]\nEnvironmentFile=-/run/ec2-bootstrap/services.env\n" } },
        "" },
    { "set, and ours behind it",
        { PLAIN, { LATER, "[Service]\nEnvironment=http_proxy=" OLD "\n"
                          "EnvironmentFile=-/run/ec2-bootstrap/proxy.env\n" } },
        "" },
    { "set, and taken back", { { UNIT, "[Service]\nEnvironment=no_proxy=x\nEnvironment=\n" } },
        "" },
    { "taken back, and ours has Environment= too",
        { PLAIN, { LATER, "[Service]\nEnvironmentFile=\nEnvironment=http_proxy=" OLD "\n" },
            { ETC "app.service.d/50-ec2-bootstrap.conf", "[Service]\n" } },
        LATER ":3: http_proxy=" OLD WINS },
    { "a drop-in with a dash",
        { { ETC "app-x.service", "[Service]\nExecStart=/bin/x\n" },
            { ETC "app-.service.d/60.conf", "[Service]\nEnvironmentFile=" FILE_ "\n" },
            { FILE_, "no_proxy=x\n" } },
        FILE_ ":1: no_proxy=x" WINS },
    { "of all services",
        { PLAIN, { ETC "service.d/70.conf", "[Service]\nEnvironmentFile=" FILE_ "\n" },
            { FILE_, "no_proxy=x\n" } },
        FILE_ ":1: no_proxy=x" WINS },
    { "an instance",
        { { "/usr/lib/systemd/system/app@.service", "[Service]\nExecStart=/bin/x\n" },
            { ETC "app@a.service.d/60.conf", "[Service]\nEnvironmentFile=-/etc/default/%p-%i\n" },
            { "/etc/default/app-a", "no_proxy=x\n" } },
        "/etc/default/app-a:1: no_proxy=x" WINS },
    { "emptied",
        { PLAIN, { LATER, "[Service]\nEnvironmentFile=" FILE_ "\n" }, { FILE_, "HTTP_PROXY=\n" } },
        FILE_ ":1: " TAKES("HTTP_PROXY") },
    { "a later file of the same name wins",
        { PLAIN, { LATER, "[Service]\nEnvironmentFile=" FILE_ "\n" },
            { "/usr/lib/systemd/system/app.service.d/90-proxy.conf", "[Service]\n" },
            { FILE_, "HTTP_PROXY=http://u:secret@old:8080\n" } },
        FILE_ ":1: HTTP_PROXY=http://***@old:8080" WINS },
    { "a list of its own, without the metadata service",
        { { ETC "k3s.service", "[Service]\nExecStart=/usr/local/bin/k3s server\n"
                               "Environment=NO_PROXY=10.42.0.0/16,localhost\n" } },
        ETC "k3s.service:3: NO_PROXY=10.42.0.0/16,localhost" WINS },
    { "and that of a file",
        { { ETC "k3s.service", "[Service]\nExecStart=/bin/k3s\n"
                               "EnvironmentFile=-/etc/systemd/system/%N.env\n" },
            { ETC "k3s.service.env", "x=y\n" }, { ETC "k3s.env", "NO_PROXY=.svc\n" } },
        ETC "k3s.env:1: NO_PROXY=.svc" WINS },
    { "a list that a drop-in of ours displaces",
        { { ETC "docker.service", "[Service]\nExecStart=/usr/bin/dockerd\n"
                                  "Environment=NO_PROXY=10.42.0.0/16,localhost\n" },
            { ETC "docker.service.d/50-ec2-bootstrap.conf", "[Service]\n" } },
        ETC "docker.service:3: its NO_PROXY exempts 10.42.0.0/16" LOSES },
    { "a list that a drop-in of ours displaces, and covers",
        { { ETC "docker.service", "[Service]\nExecStart=/usr/bin/dockerd\n"
                                  "Environment=NO_PROXY=localhost\n" },
            { ETC "docker.service.d/50-ec2-bootstrap.conf", "[Service]\n" } },
        "" },
    { "a unit's own, and a drop-in's",
        { { UNIT, "[Service]\nEnvironment=HTTP_PROXY=" OLD "\nEnvironmentFile=" FILE_ "\n" },
            { LATER, "[Service]\nEnvironment=\"HTTPS_PROXY=" OLD "\" 'NO_PROXY=localhost'\n" },
            { FILE_, "http_proxy=" OLD "\n" } },
        FILE_ ":1: http_proxy=" OLD WINS "\n" UNIT ":2: HTTP_PROXY=" OLD WINS "\n" LATER
              ":2: HTTPS_PROXY=" OLD WINS "\n" LATER ":2: NO_PROXY=localhost" WINS },

    { "env with ours, and not env",
        { { ETC "app.service", "[Service]\nExecStart=/usr/bin/env HTTPS_PROXY=" OVERRIDE_PROXY
                               " A=b app\nExecStart=/usr/bin/app HTTPS_PROXY=x\n" },
            { ETC "kept.service", "[Service]\nUnsetEnvironment=HTTP_PROXY\n" },
            { "/etc/default/none", "HTTP_PROXY=x\n" } },
        "" },
    { "wildcards that match nothing of that",
        { PLAIN,
            { LATER, "[Service]\nEnvironmentFile=-/etc/sysconfig/?\nEnvironmentFile=/etc/no/*\n" },
            { FILE_, "HTTP_PROXY=" OLD "\n" }, { ETC "c.service", "-> c.service" },
            { ETC "d.service", "-> /dev/null" } },
        "" },
    { "nothing", { PLAIN }, "" },
    { "a list of its own, with the metadata service",
        { { UNIT, "[Service]\nEnvironment=NO_PROXY=10.42.0.0/16,localhost,169.254.169.254\n" } },
        "" },
    { "a list of its own, with the metadata service in a block, and nothing else of ours",
        { { UNIT, "[Service]\nEnvironment=no_proxy=.svc,169.254.0.0/16\n" } }, "" },
    { "the drop-in of version 0.1",
        { { UNIT, "[Service]\nEnvironment=http_proxy=" OLD "\n" },
            { "/usr/lib/systemd/system/service.d/50-ec2-bootstrap.conf",
                "[Service]\nEnvironmentFile=-/run/ec2-bootstrap/proxy.env\n" } },
        "" },
    { "the same",
        { PLAIN, { LATER, "[Service]\nEnvironmentFile=" FILE_ "\n" },
            { FILE_,
                "HTTP_PROXY=http://proxy.corp:3128/\nno_proxy=localhost,169.254.169.254,.x\n" } },
        "" },
    { "masked drop-in",
        { PLAIN, { LATER, "-> /dev/null" },
            { "/usr/lib/systemd/system/app.service.d/90-proxy.conf",
                "[Service]\nEnvironmentFile=" FILE_ "\n" },
            { FILE_, "no_proxy=x\n" } },
        "" },
    { "masked unit",
        { PLAIN, { ETC "app.service", "-> /dev/null" },
            { LATER, "[Service]\nEnvironmentFile=" FILE_ "\n" }, { FILE_, "no_proxy=x\n" } },
        "" },
    { "kept out",
        { PLAIN,
            { LATER, "[Service]\nUnsetEnvironment=http_proxy HTTP_PROXY\n"
                     "EnvironmentFile=" FILE_ "\n" },
            { FILE_, "HTTP_PROXY=" OLD "\n" } },
        "" },
    { "our drop-in is masked: what all services have stays",
        { PLAIN, { ETC "app.service.d/50-ec2-bootstrap.conf", "-> /dev/null" },
            { LATER, "[Service]\nEnvironmentFile=" FILE_ "\n" }, { FILE_, "no_proxy=x\n" } },
        FILE_ ":1: no_proxy=x" WINS },
    { "our drop-in for all services is masked, and nothing has a login",
        { PLAIN, { ETC "service.d/50-ec2-bootstrap-login.conf", "-> /dev/null" } }, "" },
    { "no unit", { { LATER, "[Service]\nEnvironmentFile=" FILE_ "\n" }, { FILE_, "no_proxy=x\n" } },
        "" },
    { "not [Service], comments, not .conf",
        { PLAIN,
            { LATER, "[Unit]\nEnvironmentFile=" FILE_ "\n[Service]\n#EnvironmentFile=" FILE_ "\n" },
            { ETC "app.service.d/95.conf.bak", "[Service]\nEnvironmentFile=" FILE_ "\n" },
            { FILE_, "no_proxy=x\n" } },
        "" },
    { "our own files",
        { PLAIN, { LATER, "[Service]\nEnvironmentFile=/etc/environment\n" },
            { "/etc/environment", "http_proxy=" OLD "\n" } },
        "" },
    { "odd",
        { { UNIT, "[Service]\nEnvironment=\nEnvironment==\nEnvironment=\"\nEnvironmentFile=-\n"
                  "EnvironmentFile=x\nExecStart=\\\n\\\n" },
            { LATER, "-> 90-proxy.conf" }, { ETC "service.d", "a file" } },
        "" },
    { "a unit that links to itself", { { ETC "app.service", "-> app.service" } }, "" },
};

static void test_services(void **state)
{
    (void) state;
    override_check_rows(rows, LETTER_CASE_BOTH, detect_services);
}

#define LOGINS(file)                                                                               \
    {                                                                                              \
        UNIT,                                                                                      \
            "[Service]\nEnvironmentFile=" FILE_ "\nEnvironmentFile=-/run/ec2-bootstrap/" file "\n" \
    }

/* Files of ours that have only the values with a login, as run will leave them. */
static const struct override_row stale_rows[] = {
    { "no login: docker.env goes",
        { LOGINS("docker.env"), { FILE_, "no_proxy=x\n" },
            { "/run/ec2-bootstrap/docker.env", "http_proxy=http://u:old@old:1\n" } },
        FILE_ ":1: no_proxy=x" WINS },
    { "no login: ssm-agent.env goes",
        { LOGINS("ssm-agent.env"), { FILE_, "http_proxy=" OLD "\n" },
            { "/run/ec2-bootstrap/ssm-agent.env", "http_proxy=http://u:old@old:1\n" } },
        FILE_ ":1: http_proxy=" OLD WINS },
};

static const struct override_row login_rows[] = {
    { "docker.env has the login, and no list",
        { LOGINS("docker.env"), { FILE_, "http_proxy=" OLD "\nno_proxy=x\n" } },
        FILE_ ":2: no_proxy=x" WINS },
    { "ssm-agent.env, of another login",
        { LOGINS("ssm-agent.env"), { FILE_, "http_proxy=" OLD "\n" },
            { "/run/ec2-bootstrap/ssm-agent.env", "http_proxy=http://u:old@old:1\n" } },
        "" },
    { "the drop-in with logins is behind the unit, and has no list",
        { { UNIT,
              "[Service]\nEnvironment=HTTP_PROXY=" OLD " no_proxy=x\nEnvironmentFile=" FILE_ "\n" },
            { FILE_, "https_proxy=" OLD "\n" },
            { "/run/ec2-bootstrap/services.env", "http_proxy=http://u:old@old:1\n" } },
        UNIT ":2: HTTP_PROXY=" OLD BOWS "\n" FILE_ ":1: https_proxy=" OLD BOWS "\n" UNIT
             ":2: no_proxy=x" WINS },
    { "one that is emptied, and one that is the same",
        { { UNIT, "[Service]\nEnvironment=http_proxy= HTTP_PROXY=http://u:p@proxy.corp:3128/\n" } },
        UNIT ":2: http_proxy=" BOWS },
    { "a later drop-in wins over it",
        { PLAIN, { LATER, "[Service]\nEnvironmentFile=" FILE_ "\n" },
            { FILE_, "https_proxy=" OLD "\n" } },
        FILE_ ":1: https_proxy=" OLD WINS },
    { "an earlier one does not",
        { PLAIN, { ETC "app.service.d/40.conf", "[Service]\nEnvironmentFile=" FILE_ "\n" },
            { FILE_, "https_proxy=" OLD "\n" } },
        FILE_ ":1: https_proxy=" OLD BOWS },
    { "it is taken back", { PLAIN, { LATER, "[Service]\nEnvironmentFile=\n" } }, LATER CUT },
    { "it is taken back, and named again",
        { PLAIN, { LATER, "[Service]\nEnvironmentFile=\n"
                          "EnvironmentFile=-/run/ec2-bootstrap/services.env\n" } },
        "" },
    { "it is masked",
        { { UNIT, "[Service]\nEnvironmentFile=" FILE_ "\n" },
            { ETC "service.d/50-ec2-bootstrap-login.conf", "-> /dev/null" },
            { FILE_, "https_proxy=" OLD "\n" } },
        ETC "service.d/50-ec2-bootstrap-login.conf: /run/ec2-bootstrap/services.env is not read by "
            "services: delete the mask; UnsetEnvironment= keeps a single service out\n" FILE_
            ":1: https_proxy=" OLD WINS },
    { "in its place is one of a single service",
        { PLAIN,
            { ETC "app.service.d/50-ec2-bootstrap-login.conf",
                "[Service]\nEnvironmentFile=" FILE_ "\n" },
            { FILE_, "https_proxy=" OLD "\n" } },
        FILE_ ":1: https_proxy=" OLD WINS },
};

static void test_services_logins(void **state)
{
    (void) state;
    override_check_rows(stale_rows, LETTER_CASE_BOTH, detect_services);
    override_proxy = "http://u:p@proxy.corp:3128";
    override_check_rows(login_rows, LETTER_CASE_BOTH, detect_services);
    override_proxy = OVERRIDE_PROXY;
}

#define DOCKERD                                                                                    \
    " overrides ec2-bootstrap in dockerd: remove the option, then run systemctl daemon-reload "    \
    "and "                                                                                         \
    "systemctl restart docker.service"
#define DOCKER ETC "docker.service.d/exec.conf"
#define VENDOR                                                                                     \
    {                                                                                              \
        "/usr/lib/systemd/system/docker.service",                                                  \
            "[Service]\nEnvironmentFile=-/etc/default/docker\n"                                    \
            "ExecStart=/usr/bin/dockerd -H fd:// $DOCKER_OPTS\n"                                   \
    }
#define EXEC(text)                                                                                 \
    {                                                                                              \
        DOCKER, "[Service]\nExecStart=\nExecStart=" text "\n"                                      \
    }

static const struct override_row dockerd_rows[] = {
    { "an option", { VENDOR, EXEC("/usr/bin/dockerd -H fd:// --http-proxy=" OLD) },
        DOCKER ":3: --http-proxy=" OLD DOCKERD },
    { "a blank", { VENDOR, EXEC("/usr/bin/dockerd --https-proxy " OLD " --debug") },
        DOCKER ":3: --https-proxy=" OLD DOCKERD },
    { "quotes", { VENDOR, EXEC("/usr/bin/dockerd \"--no-proxy=localhost,.corp\"") },
        DOCKER ":3: --no-proxy=localhost,.corp" DOCKERD },
    { "one dash", { VENDOR, EXEC("/usr/bin/dockerd -http-proxy=" OLD) },
        DOCKER ":3: --http-proxy=" OLD DOCKERD },
    { "over lines", { VENDOR, EXEC("/usr/bin/dockerd \\\n  --http-proxy=" OLD " \\\n  --debug") },
        DOCKER ":3: --http-proxy=" OLD DOCKERD },
    { "options in a file",
        { VENDOR, { "/etc/default/docker", "DOCKER_OPTS=\"--debug --http-proxy=" OLD "\"\n" } },
        "/etc/default/docker:1: --http-proxy=" OLD DOCKERD },
    { "a value from a file",
        { { "/usr/lib/systemd/system/docker.service",
            "[Service]\nEnvironment=P=" OLD "\nExecStart=-/usr/bin/dockerd --http-proxy=${P}\n" } },
        "/usr/lib/systemd/system/docker.service:3: --http-proxy=" OLD DOCKERD },
    { "in a drop-in of another name", { VENDOR, EXEC("@/usr/bin/dockerd dockerd --no-proxy=x") },
        DOCKER ":3: --no-proxy=x" DOCKERD },
    { "a unit of another name",
        { { ETC "docker2.service",
            "[Service]\nExecStart=/opt/bin/dockerd --http-proxy=http://u:pw@old:1\n" } },
        ETC "docker2.service:2: --http-proxy=http://***@old:1" DOCKERD },
    { "two of them", { VENDOR, EXEC("/usr/bin/dockerd --http-proxy=" OLD " --https-proxy=" OLD) },
        DOCKER ":3: --http-proxy=" OLD DOCKERD "\n" DOCKER ":3: --https-proxy=" OLD DOCKERD },

    { "no option", { VENDOR, { "/etc/default/docker", "DOCKER_OPTS=--debug\n" } }, "" },
    { "the same",
        { VENDOR, EXEC("/usr/bin/dockerd --http-proxy=proxy.corp:3128/ "
                       "--no-proxy=169.254.169.254,localhost,.corp") },
        "" },
    { "taken back",
        { VENDOR, { DOCKER, "[Service]\nExecStart=/usr/bin/dockerd --http-proxy=x\n"
                            "ExecStart=\nExecStart=/usr/bin/dockerd\n" } },
        "" },
    { "of another program", { VENDOR, EXEC("/usr/bin/app --http-proxy=" OLD) }, "" },
    { "options that are not used",
        { { ETC "docker.service", "[Service]\nExecStart=/usr/bin/dockerd\n" },
            { "/etc/default/docker", "DOCKER_OPTS=--http-proxy=" OLD "\n" } },
        "" },
    { "a variable that names itself",
        { { ETC "docker.service", "[Service]\nEnvironment=\"A=$A "
                                  "--http-proxy\"\nExecStart=/usr/bin/dockerd ${ $ $B $A\n" } },
        "" },
};

static void test_dockerd(void **state)
{
    (void) state;
    override_check_rows(dockerd_rows, LETTER_CASE_BOTH, detect_services);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_services),
        cmocka_unit_test(test_services_logins),
        cmocka_unit_test(test_dockerd),
    };
    return cmocka_run_group_tests(tests, check_start, NULL);
}
