/* SPDX-License-Identifier: MIT */
#pragma once

/* The directories that are ours alone. */

#define PATH_VENDOR "/usr/lib/ec2-bootstrap" /* settings that come with an image */
#define PATH_ADMIN  "/etc/ec2-bootstrap"     /* settings of the administrator */
#define PATH_RUN    "/run/ec2-bootstrap"     /* what counts for this boot, and the lock */
#define PATH_STATE  "/var/lib/ec2-bootstrap" /* what undoing our work, or a later boot, needs */

/* What was fetched from AWS for this boot: settings, and files that they name. The agent's main
 * unit cannot write it. */
#define PATH_FETCHED          "/run/ec2-bootstrap-fetch"
#define PATH_FETCHED_SETTINGS PATH_FETCHED "/settings.json"
#define PATH_FETCHED_PASSWORD PATH_FETCHED "/password"
#define PATH_FETCHED_CA       PATH_FETCHED "/ca.pem"
#define PATH_FETCHED_RECORD   PATH_FETCHED "/record.json"
#define PATH_FETCHED_TO_KEEP  PATH_FETCHED "/keep.json" /* the settings as they are kept */
#define PATH_FETCHED_AHEAD    PATH_FETCHED "/ahead"     /* for the check that comes next */

/* What of it is kept for a boot on which AWS cannot be asked: never a password. */
#define PATH_KEPT          PATH_STATE "/fetched"
#define PATH_KEPT_SETTINGS PATH_KEPT "/settings.json"
#define PATH_KEPT_CA       PATH_KEPT "/ca.pem"
#define PATH_KEPT_RECORD   PATH_KEPT "/record.json"

/* What was learned of this machine, for a boot on which the metadata service fails. */
#define FACTS_SUFFIX ".json"
#define PATH_FACTS   PATH_STATE "/facts" FACTS_SUFFIX

/* The company's CAs alone, for what trusts them beside the public ones. It is read by programs of
 * all users, and by services before the agent has run, and the agent's unit cannot write it. */
#define PATH_CA_DIRECTORY "/usr/local/share/ec2-bootstrap"
#define PATH_CA_FILE      PATH_CA_DIRECTORY "/ca.pem"
#define PATH_CA_MARK      PATH_CA_DIRECTORY "/update-due"

/* The variables, for what reads them as EnvironmentFile=, and what of them systemd has been given.
 */
#define PATH_ENV_FILE    PATH_RUN "/proxy.env"
#define PATH_MANAGER_ENV PATH_RUN "/manager.env"

/* Likewise those with a login: for all services, and for those with a drop-in of their own; for
 * root only. */
#define PATH_SERVICES_LOGINS  PATH_RUN "/services.env"
#define PATH_DOCKER_LOGINS    PATH_RUN "/docker.env"
#define PATH_SSM_AGENT_LOGINS PATH_RUN "/ssm-agent.env"
